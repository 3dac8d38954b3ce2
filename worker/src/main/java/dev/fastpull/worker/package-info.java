/**
 * The build worker. Each package below is one stage of the work, and a request goes straight down them:
 * {@code queue} receives, {@code request} checks, {@code job} orders the phases, {@code context} fetches, {@code image}
 * builds and publishes, {@code verify} compares, {@code event} reports.
 */
@NullMarked
package dev.fastpull.worker;

import org.jspecify.annotations.NullMarked;
