#!/bin/bash
no-such-program-at-all
