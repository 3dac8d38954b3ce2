/** The last stage before the event: the tags move to images that are already in the registry, all of them or none. */
@NullMarked
package dev.fastpull.worker.publish;

import org.jspecify.annotations.NullMarked;
