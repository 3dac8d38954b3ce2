/**
 * What leaves the worker when a request has ended: the completion event as a JMS message, and the names of where it may
 * go. Sending it, in which transaction and when, is the business of {@code queue}.
 */
@NullMarked
package dev.fastpull.worker.event;

import org.jspecify.annotations.NullMarked;
