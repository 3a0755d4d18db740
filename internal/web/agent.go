package web

import "strings"

// browsers and systems are looked for in this order: nearly every browser says
// that it is Mozilla, Chrome and Safari too.
var (
	browsers = []struct{ in, name string }{
		{"YaBrowser/", "yandex"}, {"Edg", "edge"}, {"OPR/", "opera"}, {"SamsungBrowser/", "samsung"}, {"MiuiBrowser/", "mi"},
		{"FxiOS/", "firefox"}, {"Firefox/", "firefox"}, {"CriOS/", "chrome"}, {"Chrome/", "chrome"}, {"Version/", "safari"},
	}
	systems = []struct{ in, name string }{
		{"iPhone", "iphone"}, {"iPad", "ipad"}, {"Android", "android"}, {"Windows", "windows"}, {"Mac OS X", "mac"}, {"CrOS", "chromeos"}, {"Linux", "linux"},
	}
)

// agentOf is what a person would call a browser: its name and its system. No more
// is kept of it: versions and models make one of few people.
func agentOf(header string) string {
	find := func(of []struct{ in, name string }) string {
		for _, o := range of {
			if strings.Contains(header, o.in) {
				return o.name
			}
		}
		return "other"
	}
	return find(browsers) + " " + find(systems)
}

// Agent says it in words.
func (f Frame) Agent(agent string) string {
	browser, system, _ := strings.Cut(agent, " ")
	return f.T("agent", "browser", f.Or("agent."+browser, "agent.other"), "system", f.Or("system."+system, "system.other"))
}
