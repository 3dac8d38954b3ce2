package dev.fastpull.worker.context;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's credentials for servers of contexts: a folder with one file {@code NAME.properties} each (UTF-8).
 *
 * <pre>
 * # which URLs it is for; required
 * prefix = https://artifacts.example.com/team-a
 * # either basic authentication
 * username = ci
 * password-file = team-a.password
 * # or one header
 * header = PRIVATE-TOKEN
 * value-file = /run/secrets/token
 * </pre>
 *
 * <p>
 * {@code password} and {@code value} hold the secret itself instead of a file. A relative file is relative to the
 * folder; one line end at a secret file's end does not count. Everything is read anew for each fetch, so secrets can be
 * changed under a running worker. A request that names a credential gets that one or none; else the one with the
 * longest prefix is taken. Other files in the folder do not matter.
 */
public final class ContextCredentials {
    private static final Logger LOG = LoggerFactory.getLogger(ContextCredentials.class);
    private static final String SUFFIX = ".properties";

    private final @Nullable Path folder;

    /**
     * The credentials in a folder.
     *
     * @param folder the folder; null for no credentials at all
     */
    public ContextCredentials(@Nullable Path folder) {
        this.folder = folder;
    }

    /**
     * Reads all credentials, to tell the operator of mistakes at start.
     *
     * @return a sentence for each file that cannot be used, without secrets; empty where all is well
     */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        try {
            for (Path file : files()) {
                try {
                    Credential.read(file);
                } catch (IOException e) {
                    problems.add(problem(file, e));
                }
            }
        } catch (IOException e) {
            problems.add("The folder of context credentials " + folder + " cannot be read.");
        }
        return problems;
    }

    /** {@return the credential for a URL: the named one, or the one with the longest prefix; empty for none} */
    Optional<Credential> select(ContextUrl url, @Nullable String name) throws BuildException {
        return name == null ? byPrefix(url) : Optional.of(named(url, name));
    }

    private Credential named(ContextUrl url, String name) throws BuildException {
        try {
            // Looked up among the files that are there, so that a name is never made into a path.
            for (Path file : files()) {
                if (name(file).equals(name)) {
                    Credential credential = Credential.read(file);
                    if (!credential.prefix().matches(url)) {
                        throw new BuildException(FailureReason.POLICY_DENIED, "The credential \"" + name
                                + "\" that context.credential names is not for the URL " + url + ".");
                    }
                    return credential;
                }
            }
        } catch (IOException e) {
            LOG.error("context credential {} cannot be used: {}", name, e.getMessage());
            throw new BuildException(FailureReason.INTERNAL,
                    "The worker cannot read its credential \"" + name + "\"; its operator has to look at it.", e);
        }
        throw new BuildException(FailureReason.POLICY_DENIED,
                "context.credential names \"" + Quoted.of(name) + "\", which the worker's operator has not set up.");
    }

    private Optional<Credential> byPrefix(ContextUrl url) {
        List<Credential> matching = new ArrayList<>();
        try {
            for (Path file : files()) {
                try {
                    Credential credential = Credential.read(file);
                    if (credential.prefix().matches(url)) {
                        matching.add(credential);
                    }
                } catch (IOException e) {
                    LOG.warn("{}", problem(file, e));
                }
            }
        } catch (IOException e) {
            LOG.warn("the folder of context credentials {} cannot be read", folder);
        }
        return matching.stream().max(Comparator.comparingInt(credential -> credential.prefix().length()));
    }

    private static String problem(Path file, IOException e) {
        return "The context credential " + name(file) + " cannot be used: " + e.getMessage() + ".";
    }

    private List<Path> files() throws IOException {
        if (folder == null) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        // Kubernetes mounts secrets with hidden folders of their own beside the names.
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, "[!.]*" + SUFFIX)) {
            stream.forEach(files::add);
        }
        files.sort(Comparator.naturalOrder());
        return files;
    }

    private static String name(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.length() - SUFFIX.length());
    }
}
