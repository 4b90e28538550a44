"""How an adult introduces herself to children: a portrait, a greeting in her own voice, and a few words."""
