/**
 * The chaos harness: real workers, a real broker and a real registry that are killed, frozen and broken while an observer
 * of its own looks whether every request still ends in exactly one truthful event. Start reading at {@code ChaosRun}.
 */
@NullMarked
package dev.fastpull.worker.chaos;

import org.jspecify.annotations.NullMarked;
