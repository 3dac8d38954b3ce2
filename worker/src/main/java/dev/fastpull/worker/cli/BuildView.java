package dev.fastpull.worker.cli;

import dev.fastpull.messages.ProgressEvent;
import java.util.function.Consumer;

/** Shows a person, or a program, how a build goes on: one here, or one that a worker far away tells of. */
interface BuildView extends Consumer<ProgressEvent>, AutoCloseable {

    /** Leaves the terminal as it was; what comes afterwards is not shown. */
    @Override
    void close();

    /** {@return a view that shows what {@code each} does with a piece of news, and has nothing to clean up} */
    static BuildView of(Consumer<ProgressEvent> each) {
        return new BuildView() {
            @Override
            public void accept(ProgressEvent news) {
                each.accept(news);
            }

            @Override
            public void close() {}
        };
    }
}
