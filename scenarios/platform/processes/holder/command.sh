#!/bin/bash
sleep 300 &
echo started
