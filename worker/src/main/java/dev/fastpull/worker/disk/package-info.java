/** The space that builds need: how much there is, how it is kept free, and what it looks like when there is none. */
@NullMarked
package dev.fastpull.worker.disk;

import org.jspecify.annotations.NullMarked;
