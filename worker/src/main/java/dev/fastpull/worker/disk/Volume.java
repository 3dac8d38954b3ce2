package dev.fastpull.worker.disk;

import java.io.File;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The file system of a folder.
 *
 * @param folder the folder, by whose name people know it
 * @param look asks how full it is
 */
public record Volume(Path folder, Supplier<Space> look) {

    /** {@return the file system that holds this folder, which need not exist yet} */
    public static Volume of(Path folder) {
        return new Volume(folder, () -> space(folder));
    }

    /** {@return how full it is now} */
    public Space space() {
        return look.get();
    }

    /** {@return what to call it, in a sentence} */
    public String name() {
        return "the volume of " + folder;
    }

    private static Space space(Path folder) {
        // Not FileStore, which looks for the mount in /proc and finds none in some containers.
        for (Path path = folder.toAbsolutePath(); path != null; path = path.getParent()) {
            File file = path.toFile();
            if (file.exists()) {
                return new Space(file.getTotalSpace(), file.getFreeSpace(), file.getUsableSpace());
            }
        }
        return new Space(0, 0, 0);
    }
}
