#!/bin/sh
echo ran >>/opt/mark
