package dev.fastpull.worker.context;

import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.List;

/**
 * The symbolic links of a tree. Nothing here is ever written or read through one, so a link is just data; what is
 * refused are relative ones that lead out of the context. Absolute ones are kept: contexts that hold parts of an image
 * are full of them, and BuildKit, like the image, takes them from the context's own root.
 *
 * <p>
 * A link's own folder is no link, so the {@code ..} that its target begins with can be counted. Where {@code ..} comes
 * after a name, it depends on where that name leads, so such links are looked at again when everything is there.
 */
final class TreeLinks {
    private static final int MOST_OPEN = 10_000;

    private final Path root;
    private final List<String> open = new ArrayList<>();

    TreeLinks(Path root) {
        this.root = root;
    }

    void check(String name, String target) throws BuildException {
        if (target.isEmpty() || target.indexOf('\0') >= 0) {
            throw Rejected.entry(name, "is a link to nothing");
        }
        int above = (int) name.chars().filter(c -> c == '/').count();
        boolean named = target.startsWith("/");
        for (String segment : target.split("/", -1)) {
            if (segment.equals("..")) {
                if (named) {
                    remember(name);
                    return;
                }
                if (--above < 0) {
                    throw leadsOut(name);
                }
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                named = true;
            }
        }
    }

    private void remember(String name) throws BuildException {
        open.add(name);
        if (open.size() > MOST_OPEN) {
            throw Rejected.archive("it has more than " + MOST_OPEN + " links with \"..\" in the middle");
        }
    }

    void make(Path path, ArchiveEntry entry) throws IOException {
        // Java drops a slash at the target's end, and one of two; both mean the same.
        Files.createSymbolicLink(path, path.getFileSystem().getPath(entry.link()));
        Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(ContentTime.of(entry.seconds()), null, null);
    }

    void checkAll() throws BuildException {
        for (String name : open) {
            try {
                Path _ = ScopedPath.resolve(root, name);
            } catch (ScopedPath.LeadsOutException e) {
                throw leadsOut(name);
            } catch (IOException e) {
                // A link in a circle leads nowhere.
            }
        }
    }

    private static BuildException leadsOut(String name) {
        return Rejected.entry(name, "is a symbolic link that leads out of the context");
    }
}
