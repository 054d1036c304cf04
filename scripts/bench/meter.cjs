// @ts-check
/**
 * Loaded into a Node server where the system does not tell what a process has
 * used: answers every message with CPU time and memory. It does nothing else,
 * and it does not keep the program running.
 */
"use strict";
process.channel?.unref();
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({
    cpu: (user + system) / 1e6,
    memory: process.memoryUsage.rss(),
    peak: process.resourceUsage().maxRSS * 1024,
  });
  process.channel?.unref();
});
process.channel?.unref();
