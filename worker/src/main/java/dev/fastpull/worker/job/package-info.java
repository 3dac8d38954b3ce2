/**
 * One request from its first byte to its outcome: the order of the phases, their times, the deadline and the one place
 * where a failure becomes a report. Below it are {@code context}, {@code image}, {@code verify} and {@code publish},
 * which know nothing of it.
 */
@NullMarked
package dev.fastpull.worker.job;

import org.jspecify.annotations.NullMarked;
