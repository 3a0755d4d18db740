package wording

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// nbsp keeps a number and what belongs to it on one line.
const nbsp = "\u00a0"

// Number writes a whole number: 7 376 in Kazakh and Russian, 7,376 in English.
func Number(lang Lang, n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "−", s[1:]
	}
	between := nbsp
	if lang == English {
		between = ","
	}
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteString(between)
		}
		b.WriteByte(s[i])
	}
	return sign + b.String()
}

// Decimal writes a number with so many digits behind the mark: 5,2 in Kazakh and Russian,
// 5.2 in English; -1: as many as it has.
func Decimal(lang Lang, x float64, digits int) string {
	s := strconv.FormatFloat(x, 'f', digits, 64)
	if lang == English {
		return s
	}
	return strings.Replace(s, ".", ",", 1)
}

var months = map[Lang][12]string{
	Kazakh:  {"қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"},
	Russian: {"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"},
	English: {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// Date writes a day long: 2026 ж. 21 қараша, 21 ноября 2026 г., 21 November
// 2026. The zone says which day an instant belongs to.
func Date(lang Lang, at time.Time, zone *time.Location) string {
	at = at.In(zone)
	names, ok := months[lang]
	if !ok {
		return at.Format(time.DateOnly)
	}
	month := names[at.Month()-1]
	switch lang {
	case Kazakh:
		return fmt.Sprintf("%d%sж. %d%s%s", at.Year(), nbsp, at.Day(), nbsp, month)
	case Russian:
		return fmt.Sprintf("%d%s%s %d%sг.", at.Day(), nbsp, month, at.Year(), nbsp)
	default:
		return fmt.Sprintf("%d%s%s %d", at.Day(), nbsp, month, at.Year())
	}
}

// ShortDate writes 21.11.2026, or 21 Nov 2026 in English, where the order of
// day and month would be a guess.
func ShortDate(lang Lang, at time.Time, zone *time.Location) string {
	if lang == English {
		return at.In(zone).Format("2 Jan 2006")
	}
	return at.In(zone).Format("02.01.2006")
}

// Time writes 14:30, everywhere.
func Time(_ Lang, at time.Time, zone *time.Location) string { return at.In(zone).Format("15:04") }

// DateTime writes a day and a time.
func DateTime(lang Lang, at time.Time, zone *time.Location) string {
	return Date(lang, at, zone) + ", " + Time(lang, at, zone)
}

type units struct{ day, hour, minute string }

var short = map[Lang]units{
	Kazakh:  {"күн", "сағ", "мин"},
	Russian: {"дн.", "ч", "мин"},
	English: {"d", "h", "min"},
}

// Duration writes a length in its two largest parts: 3 дн. 4 ч, 2 ч 40 мин,
// 15 мин. It rounds down to the minute and has no sign: whether the time is
// left or over is for the sentence around it to say.
func Duration(lang Lang, d time.Duration) string {
	u, ok := short[lang]
	if !ok {
		u = short[English]
	}
	total := int64(d.Abs() / time.Minute)
	days, hours, minutes := total/1440, total/60%24, total%60
	if days > 0 {
		minutes = 0
	}
	var parts []string
	add := func(n int64, unit string) {
		if n > 0 {
			parts = append(parts, Number(lang, n)+nbsp+unit)
		}
	}
	add(days, u.day)
	add(hours, u.hour)
	add(minutes, u.minute)
	if len(parts) == 0 {
		return "0" + nbsp + u.minute
	}
	return strings.Join(parts, " ")
}
