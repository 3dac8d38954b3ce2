package dev.fastpull.worker.context;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.util.Locale;

/** The sentences that name the limit which a context exceeds. */
final class TooLarge {
    private TooLarge() {}

    static BuildException archive(ContextLimits limits) {
        return because("The context's archive is larger than " + bytes(limits.archiveBytes())
                + ", the limit on an archive's size.");
    }

    static BuildException unpacked(ContextLimits limits) {
        return because("The context unpacks to more than " + bytes(limits.unpackedBytes())
                + ", the limit on unpacked bytes.");
    }

    static BuildException ratio(ContextLimits limits) {
        return because("The context unpacks to more than " + limits.ratio()
                + " times its archive's size, the limit on compression.");
    }

    static BuildException entries(ContextLimits limits) {
        return because("The context has more than " + limits.entries() + " entries, the limit on entries.");
    }

    static BuildException name(ContextLimits limits) {
        return because("A name in the context is longer than " + limits.nameBytes()
                + " bytes, the limit on names.");
    }

    static BuildException depth(ContextLimits limits, String name) {
        return because("The context's entry \"" + Quoted.of(name) + "\" lies deeper than " + limits.depth()
                + " folders, the limit on depth.");
    }

    static BuildException decoder(ContextLimits limits) {
        return because("The context's archive needs more than " + bytes(limits.decoderBytes())
                + " of memory to decompress, the limit on decoders; compress it with a smaller window.");
    }

    static BuildException because(String sentence) {
        return new BuildException(FailureReason.CONTEXT_TOO_LARGE, sentence);
    }

    private static String bytes(long bytes) {
        return bytes < 1 << 20 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
    }
}
