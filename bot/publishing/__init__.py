"""Where endings go besides Slack: webhooks, and the incidents that channels belong to."""
