package dev.fastpull.worker.chaos;

import dev.fastpull.worker.testing.RealTools;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * The protections that can be turned off, each by a change to a line or two of the workers' real source. What is changed
 * must be there, so that a protection which has moved elsewhere is noticed.
 */
enum Sabotage {
    /** The request is acknowledged when it is received, and not together with its event. */
    TRANSACTION("queue/Slot", "activity.begin();", "activity.begin(); session.commit();"),
    /** A worker fetches more requests than it can begin. */
    PREFETCH("queue/ClassicConnector", "setQueuePrefetch(0)", "setQueuePrefetch(1000)"),
    /** The plain tag moves first, and its twin after it. */
    TAG_ORDER("publish/TagPair", "Stream.concat(twins.build(), plains.build())",
            "Stream.concat(plains.build(), twins.build())"),
    /** A worker leaves no word of the pair that it begins to publish: the next one publishes another, and a late PUT counts. */
    FENCING("queue/BrokerNotes",
            "leave(draft.envelope().id(), session -> session.createTextMessage(MessageCodec.encodeEvent(draft)));",
            "log.trace(\"{}\", draft);");

    private final String file;
    private final String from;
    private final String to;

    Sabotage(String file, String from, String to) {
        this.file = "dev/fastpull/worker/" + file + ".java";
        this.from = from;
        this.to = to;
    }

    /** {@return the folder with the changed classes, which are to go before the workers' own} */
    static List<Path> compile(Set<Sabotage> wanted, Path folder) throws IOException {
        if (wanted.isEmpty()) {
            return List.of();
        }
        Path main = RealTools.repository().resolve("worker/src/main/java");
        Path changed = folder.resolve("source");
        Map<String, String> sources = new HashMap<>();
        for (Sabotage one : wanted) {
            String source = sources.getOrDefault(one.file, "");
            source = source.isEmpty() ? Files.readString(main.resolve(one.file)) : source;
            if (!source.contains(one.from)) {
                throw new IOException("there is no \"" + one.from + "\" in " + one.file + " any more");
            }
            sources.put(one.file, source.replace(one.from, one.to));
        }
        List<Path> files = new ArrayList<>();
        for (var source : sources.entrySet()) {
            Path file = changed.resolve(source.getKey());
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, source.getValue()));
        }
        return List.of(compile(files, Files.createDirectories(folder.resolve("classes"))));
    }

    private static Path compile(Collection<Path> files, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var said = new StringWriter();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            boolean done = compiler.getTask(said, manager, null, List.of("-proc:none", "-nowarn", "-d",
                    classes.toString(), "-cp", System.getProperty("java.class.path")), null,
                    manager.getJavaFileObjectsFromPaths(files)).call();
            if (!done) {
                throw new IOException("the changed source does not compile: " + said);
            }
        }
        return classes;
    }
}
