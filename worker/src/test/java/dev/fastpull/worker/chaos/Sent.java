package dev.fastpull.worker.chaos;

import dev.fastpull.messages.ImageReference;

/**
 * One request of a run.
 *
 * @param number its number, from 0
 * @param kind what it is
 * @param requestId its id
 * @param body the message's body
 * @param image the image that it asks for
 * @param shared whether other requests ask for the same tag
 * @param copies how often it is sent: twice by a requester who is not sure
 */
record Sent(int number, RequestKind kind, String requestId, String body, ImageReference image, boolean shared,
        int copies) {}
