/**
 * Building: the buildkitd child, the two solves and what their failures mean. It is told what to build and where to push
 * it by digest; it moves no tag and knows nothing of requests, queues or events.
 */
@NullMarked
package dev.fastpull.worker.image;

import org.jspecify.annotations.NullMarked;
