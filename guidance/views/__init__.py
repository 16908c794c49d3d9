"""Shows guidance: each view reads the answers, replays them, draws one page, and touches no database."""
