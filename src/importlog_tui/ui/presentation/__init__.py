"""Display strings, made by pure functions; outside text is made safe here, before it becomes a Segment."""
