// An upstream as a process of its own: says on GET /who which node asked, 20 ms later.
//
//   bun test/cluster/network-upstream.ts PORT
import { createServer } from "node:http";

const WORK_MS = 20;

createServer((request, response) => {
  const body = JSON.stringify({ node: request.socket.remoteAddress?.replace("::ffff:", "") });
  setTimeout(() => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(body);
  }, WORK_MS);
}).listen(Number(process.argv[2]));
