/** Child processes: how they are started, read and ended. Knows nothing of what they do. */
@NullMarked
package dev.fastpull.worker.process;

import org.jspecify.annotations.NullMarked;
