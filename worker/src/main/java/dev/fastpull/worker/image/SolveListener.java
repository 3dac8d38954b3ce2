package dev.fastpull.worker.image;

/** Hears what happens in a solve while it happens, on one thread per solve. Must not block. */
public interface SolveListener {

    /** What has become of a step. */
    enum StepState {
        /** It runs. */
        STARTED,
        /** It was in the cache. */
        CACHED,
        /** It ran to its end. */
        DONE,
        /** It failed. */
        FAILED
    }

    /**
     * A step changed.
     *
     * @param step BuildKit's id for the step
     * @param name as the Dockerfile has it, with its number, such as {@code [2/3] RUN make}
     * @param state what has become of it
     */
    void step(String step, String name, StepState state);

    /**
     * A step printed a line.
     *
     * @param step BuildKit's id for the step
     * @param name as the Dockerfile has it, with its number
     * @param line what it printed, without the line's end
     */
    void log(String step, String name, String line);

    /** {@return a listener to which nothing matters} */
    static SolveListener none() {
        return new SolveListener() {
            @Override
            public void step(String step, String name, StepState state) {}

            @Override
            public void log(String step, String name, String line) {}
        };
    }
}
