/**
 * The contract between those who ask for builds and the workers who do them: the request, the one completion event that
 * ends it, and the codec between both and JSON. Nothing here knows of a broker, a process or a file.
 */
@NullMarked
package dev.fastpull.messages;

import org.jspecify.annotations.NullMarked;
