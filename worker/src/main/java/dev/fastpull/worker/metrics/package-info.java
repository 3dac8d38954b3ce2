/**
 * What is counted, in the words of the service, its one implementation for Prometheus, and the small HTTP server that
 * shows it next to liveness and readiness. No metric has a label with the name of an image or the id of a request, since
 * each of those would be kept for ever.
 */
@NullMarked
package dev.fastpull.worker.metrics;

import org.jspecify.annotations.NullMarked;
