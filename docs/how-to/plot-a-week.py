#!/usr/bin/env python3
"""Draws the largest value of each hour of a week: plot-a-week.py URL TOKEN-FILE MEASURE > week.svg"""
import json, math, sys, time, urllib.parse, urllib.request

url, token_file, measure = sys.argv[1:4]
hour = 3600 * 10**6
end = int(time.time() * 1e6)
query = urllib.parse.urlencode({"measure": measure, "from": end - 168 * hour, "to": end, "width": hour})
request = urllib.request.Request(f"{url}/api/v1/history?{query}")
request.add_header("Authorization", "Bearer " + open(token_file).read().strip())
columns = [c for c in json.load(urllib.request.urlopen(request))["columns"] if c["count"] > 0]
x = lambda us: 60 + 720 * (us - end + 168 * hour) / (168 * hour)
y = lambda ns: 340 - 50 * math.log10(max(ns, 1e3) / 1e3)  # six decades, from 1 µs to 1 s
print('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 380" font-family="sans-serif" font-size="12">')
for decade, label in enumerate(["1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s"]):
    print(f'<path d="M60 {y(10 ** (decade + 3))}h720" stroke="#ccc"/><text x="5" y="{y(10 ** (decade + 3)) + 4}">{label}</text>')
for day in range(7, -1, -1):
    date = time.strftime("%d %b", time.localtime((end - day * 24 * hour) / 1e6))
    print(f'<text x="{x(end - day * 24 * hour) - 18}" y="365">{date}</text>')
for c in columns:
    print(f'<circle cx="{x(c["time"]):.1f}" cy="{y(c["max"]):.1f}" r="2"><title>{c["max"] / 1e3:.1f} µs</title></circle>')
print(f'<text x="60" y="20">{measure}: largest value of each hour</text></svg>')
