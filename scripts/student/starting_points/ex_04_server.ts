/**
 * Exercise 4 a): a chat server. Every line that one client says goes to all the
 * others.
 *
 * This file grows from chapter to chapter. It starts with
 * chapters/01_listening/README.md.
 */

console.log("Nobody can reach this server yet.");
