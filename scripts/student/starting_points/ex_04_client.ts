/**
 * Exercise 4 b): a chat client. It shows what the others say and sends what the
 * user types, both at the same time.
 *
 * This file grows from chapter to chapter. It starts with
 * chapters/09_connecting/README.md.
 */

console.log("This client does not connect to anything yet.");
