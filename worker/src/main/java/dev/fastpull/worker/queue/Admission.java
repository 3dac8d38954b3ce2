package dev.fastpull.worker.queue;

/**
 * Whether the worker may take a request now. Asked before each; what runs goes on. Safe for use by several threads, and
 * quick.
 */
@FunctionalInterface
public interface Admission {
    /** Always. */
    Admission ALWAYS = () -> true;

    /** {@return whether a request may be taken} */
    boolean open();

    /** {@return both: a request is taken only where the other one agrees} */
    default Admission and(Admission other) {
        return () -> open() && other.open();
    }
}
