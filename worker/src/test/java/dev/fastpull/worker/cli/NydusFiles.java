package dev.fastpull.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fastpull.worker.testing.RealTools;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Files of a Nydus image in the registry, as nydus-image unpacks them; 2.2.0 can do that for one layer only. */
final class NydusFiles {
    private NydusFiles() {}

    /** {@return the content of a file} */
    static byte[] read(RunningWorker worker, String image, String path) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(worker.folder(), "nydus");
        Path bootstrap = folder.resolve("bootstrap");
        Path blob = folder.resolve("blob");
        String repository = image.substring(0, image.lastIndexOf(':'));
        List<JsonNode> layers = new ArrayList<>();
        worker.crane().manifest(image).path("layers").forEach(layers::add);
        if (layers.size() != 2) {
            throw new IOException(image + " has not one layer but " + (layers.size() - 1));
        }
        worker.crane().save(blob, "blob", repository + "@" + layers.getFirst().path("digest").asText());
        Path last = folder.resolve("last");
        worker.crane().save(last, "blob", repository + "@" + layers.getLast().path("digest").asText());
        Files.write(bootstrap, entry(new GZIPInputStream(Files.newInputStream(last)), "image/image.boot"));
        Path tar = folder.resolve("unpacked.tar");
        RealTools.run(worker.toolchain().path("nydus-image"), "unpack", "--log-level", "warn",
                "--blob", blob.toString(), "--output", tar.toString(),
                bootstrap.toString());
        return entry(Files.newInputStream(tar), path);
    }

    /** {@return the content of an entry of a tar, which is closed} */
    static byte[] entry(InputStream tar, String path) throws IOException {
        try (var in = new TarArchiveInputStream(tar)) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.getName().equals(path)) {
                    return in.readAllBytes();
                }
            }
        }
        throw new IOException("there is no " + path);
    }
}
