package dev.fastpull.worker.cli;

import dev.fastpull.messages.CompletionEvent;
import java.util.Map;

/**
 * What a requester hears at the end.
 *
 * @param event the event that came to the queue of events
 * @param body the same, as it stood in the message
 * @param properties the message's properties
 * @param correlationId the message's correlation id
 * @param reply the body of what came to the requester's own queue
 */
record Ended(CompletionEvent event, String body, Map<String, String> properties, String correlationId, String reply) {}
