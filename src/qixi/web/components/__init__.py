"""What several pages are made of: forms, timelines, diagrams, bars. Each turns values into what is shown."""
