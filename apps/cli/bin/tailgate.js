#!/usr/bin/env node
// npm links this file, which is there before anything is built.
import '../dist/main.js';
