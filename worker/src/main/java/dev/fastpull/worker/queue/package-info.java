/**
 * The broker's side of the worker. A {@link dev.fastpull.worker.queue.RequestQueue} holds one connection and as many
 * slots as builds may run at a time; a slot receives one request, hands it to a
 * {@link dev.fastpull.worker.queue.RequestHandler}, and sends the answer in the transaction that acknowledges the
 * request. Nothing here knows what a request says or how it is built.
 */
@NullMarked
package dev.fastpull.worker.queue;

import org.jspecify.annotations.NullMarked;
