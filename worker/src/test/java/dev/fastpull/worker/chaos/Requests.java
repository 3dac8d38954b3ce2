package dev.fastpull.worker.chaos;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.VerifyLevel;
import dev.fastpull.worker.context.TarBuilder;
import dev.fastpull.worker.testing.Act;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Draws the requests of a run: small builds from scratch, each with content of its own, a third of them for a few shared
 * tags.
 *
 * @param random where all chance comes from
 * @param registry the registry's host and port, as workers are told
 * @param folder where contexts are written
 * @param verify how closely images are to be compared
 */
record Requests(Random random, String registry, Path folder, VerifyLevel verify) {
    /** The repository of all images. */
    static final String REPOSITORY = "chaos/app";
    /** How the tags begin that several requests ask for. */
    static final String SHARED = "shared-";
    private static final int SHARED_TAGS = 4;
    private static final int COPIES_PER_THOUSAND = 50;
    private static final int SLOW_IN = 12;
    private static final int LONGEST_STEP_SECONDS = 5;

    /** {@return this many requests, in the order in which they are to be sent} */
    List<Sent> draw(int count) throws IOException {
        Files.createDirectories(folder);
        List<RequestKind> kinds = new ArrayList<>();
        for (RequestKind kind : RequestKind.values()) {
            kinds.addAll(Collections.nCopies(share(count, kind.perThousand()), kind));
        }
        while (kinds.size() < count) {
            kinds.add(RequestKind.GOOD);
        }
        Collections.shuffle(kinds, random);
        byte[] act = Act.program();
        List<Sent> requests = new ArrayList<>();
        for (RequestKind kind : kinds.subList(0, count)) {
            requests.add(request(requests.size(), kind, act));
        }
        return requests;
    }

    /** {@return so many of a thousand, but one at least where there are any} */
    static int share(int count, int perThousand) {
        return perThousand == 0 ? 0 : Math.max(1, Math.ceilDiv(count * perThousand, 1000));
    }

    private Sent request(int number, RequestKind kind, byte[] act) throws IOException {
        String id = "chaos-" + number + "-" + Long.toHexString(random.nextLong());
        boolean shared = random.nextInt(3) == 0 && kind != RequestKind.VIOLATING && kind != RequestKind.INVALID;
        String tag = shared ? SHARED + random.nextInt(SHARED_TAGS) : "own-" + number;
        var image = new ImageReference(registry, REPOSITORY, tag);
        boolean twice = (kind == RequestKind.GOOD || kind == RequestKind.BROKEN_STEP)
                && random.nextInt(1000) < COPIES_PER_THOUSAND;
        return new Sent(number, kind, id, body(kind, id, image, number, act), image, shared, twice ? 2 : 1);
    }

    private String body(RequestKind kind, String id, ImageReference image, int number, byte[] act)
            throws IOException {
        Path context = folder.resolve(number + ".tar");
        if (kind != RequestKind.NO_CONTEXT) {
            Files.write(context, new TarBuilder().entry('0', "act", "", 0755, act).file("note", id + "\n").end());
        }
        String json = MessageCodec.encodeRequest(BuildRequest.builder(id, image.toString())
                .context(context.toUri().toString())
                .dockerfileInline(dockerfile(kind, id))
                .verify(verify)
                .build());
        return switch (kind) {
            case INVALID -> "no request " + id;
            case VIOLATING -> json.replaceFirst("\\{", "{\"contxt\": 1, ");
            case GOOD, BROKEN_STEP, BROKEN_DOCKERFILE, NO_CONTEXT, CANCELED -> json;
        };
    }

    private String dockerfile(RequestKind kind, String id) {
        int seconds = random.nextInt(SLOW_IN) == 0 || kind == RequestKind.CANCELED
                ? 1 + random.nextInt(LONGEST_STEP_SECONDS)
                : 0;
        String base = "FROM scratch\nCOPY act /act\nCOPY note /note\n";
        return switch (kind) {
            case BROKEN_DOCKERFILE -> base + "RUNN\n";
            case BROKEN_STEP -> base + run("print", id, "exit", "3");
            case GOOD, NO_CONTEXT, VIOLATING, CANCELED, INVALID ->
                base + run("print", id, "sleep", Integer.toString(seconds), "time", "/built");
        };
    }

    private static String run(String... arguments) {
        return "RUN [\"/act\", \"" + String.join("\", \"", arguments) + "\"]\n";
    }
}
