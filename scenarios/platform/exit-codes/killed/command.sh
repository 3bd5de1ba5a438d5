#!/bin/bash
echo before
kill -KILL $$
