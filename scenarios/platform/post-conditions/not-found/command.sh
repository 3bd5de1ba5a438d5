#!/bin/bash
echo "$usrText"
