"""The process of the emulator: MiniStack, ended with the runtime that started it."""

from __future__ import annotations

from ministack.app import main

from local.lifeline import end_group_with_parent

if __name__ == "__main__":
    end_group_with_parent(0)
    main()
