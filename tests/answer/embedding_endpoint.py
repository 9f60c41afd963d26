"""An endpoint for embeddings that answers with what a test makes of each text."""

import http.server
import json
import threading


def serve(embed):
	"""A server of `embed(model, text)`, a list of numbers; to be shut down by the caller."""

	class Endpoint(http.server.BaseHTTPRequestHandler):
		def do_POST(self):
			asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
			texts = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
			data = [{"index": i, "embedding": embed(asked["model"], text)} for i, text in enumerate(texts)]
			body = json.dumps({"data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}).encode()
			self.send_response(200)
			self.send_header("Content-Type", "application/json")
			self.send_header("Content-Length", str(len(body)))
			self.end_headers()
			self.wfile.write(body)

		def log_message(self, *_):
			pass

	server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
	threading.Thread(target=server.serve_forever, daemon=True).start()
	return server
