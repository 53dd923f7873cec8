// An upstream that answers every request after one second: bun slow-upstream.ts PORT
const DELAY_MS = 1000;
const answer =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"slow":42}';

Bun.listen({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  socket: {
    // A head of a GET fits into one segment: each chunk is one request.
    data: (socket) => {
      setTimeout(() => socket.write(answer), DELAY_MS);
    },
  },
});
