"""What checks a verification bundle: the standard library, and the engine that lies in the bundle. No Django,
no database."""
