// SPDX-License-Identifier: Apache-2.0

package memberweb

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/member"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// settings is what their page shows.
type settings struct {
	me   member.File
	now  time.Time
	said said
}

func (p *Pages) showSettings(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	me, err := p.People.Me(r.Context(), actor)
	if err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, settingsRoom(r.Context()), settingsPage(settings{me: me, now: p.Now()}))
}

func settingsRoom(ctx context.Context) ui.Page {
	return ui.Page{Title: words.Say(ctx, "member.settings.title"), Place: ui.Mine, Section: "settings"}
}

func (p *Pages) changeSettings(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	s := member.Settings{Language: r.PostFormValue("language"), TimeZone: r.PostFormValue("time_zone"), Theme: r.PostFormValue("theme")}
	keys := r.PostForm["keys"] // a box that is not ticked sends nothing: a field before it says that it was there
	s.KeysOff = len(keys) > 0 && !slices.Contains(keys, "yes")
	err := p.People.ChangeSettings(r.Context(), actor, s)
	switch {
	case err == nil:
		return web.SeeOtherSaying(w, r, atSettings, "member.said.settings")
	case !mendable(err):
		return err
	}
	me, shown := p.People.Me(r.Context(), actor)
	if shown != nil {
		return shown
	}
	me.Settings = s
	return p.mux.RenderInvalid(w, r, actor, settingsRoom(r.Context()), settingsPage(settings{me, p.Now(), said{err}}))
}

// chooseLanguage and chooseTheme serve the menus of the frame, for members and
// for nobody: the choice is kept in a cookie and, of a member, in their settings.
func (p *Pages) chooseLanguage(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	return p.choose(w, r, actor, "language", func(s *member.Settings, value string) { s.Language = value })
}

func (p *Pages) chooseTheme(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	return p.choose(w, r, actor, "theme", func(s *member.Settings, value string) { s.Theme = value })
}

func (p *Pages) choose(w http.ResponseWriter, r *http.Request, actor access.Actor, name string, set func(*member.Settings, string)) error {
	s := member.Settings{TimeZone: "UTC"}
	value := r.PostFormValue(name)
	set(&s, value)
	if err := s.Validate(); err != nil {
		return err
	}
	if err := p.keep(r.Context(), actor, value, set); err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{
		Name: choiceCookies[name], Value: value, Path: "/", MaxAge: int(choiceLife / time.Second),
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	return web.SeeOther(w, r, web.OwnPath(r.PostFormValue("next"), "/"))
}

// choiceCookies are those that keep a choice, by the name of its field.
var choiceCookies = map[string]string{"language": web.LanguageCookie, "theme": web.ThemeCookie}

// choiceLife is how long a browser remembers a language or theme.
const choiceLife = 365 * 24 * time.Hour

// keep keeps the choice in the settings of a member; nobody has none.
func (p *Pages) keep(ctx context.Context, actor access.Actor, value string, set func(*member.Settings, string)) error {
	me, err := p.People.Me(ctx, actor)
	if fault.KindOf(err) == fault.Unauthenticated && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	set(&me.Settings, value)
	return p.People.ChangeSettings(ctx, actor, me.Settings)
}

// zones are those offered: at least one of each offset and rule in use where
// many people live. Any other name of the database can be kept.
const zones = `UTC
	Africa/Abidjan Africa/Accra Africa/Addis_Ababa Africa/Algiers Africa/Cairo Africa/Casablanca Africa/Dakar Africa/Harare
	Africa/Johannesburg Africa/Khartoum Africa/Kinshasa Africa/Lagos Africa/Luanda Africa/Maputo Africa/Nairobi Africa/Tripoli Africa/Tunis
	America/Anchorage America/Argentina/Buenos_Aires America/Asuncion America/Bogota America/Caracas America/Chicago America/Costa_Rica
	America/Denver America/Guatemala America/Guayaquil America/Halifax America/Havana America/La_Paz America/Lima America/Los_Angeles
	America/Managua America/Manaus America/Mexico_City America/Montevideo America/New_York America/Panama America/Port_of_Spain
	America/Puerto_Rico America/Santiago America/Santo_Domingo America/Sao_Paulo America/St_Johns America/Tijuana America/Toronto America/Vancouver
	Asia/Almaty Asia/Amman Asia/Baghdad Asia/Baku Asia/Bangkok Asia/Beirut Asia/Colombo Asia/Damascus Asia/Dhaka Asia/Dubai Asia/Ho_Chi_Minh
	Asia/Hong_Kong Asia/Jakarta Asia/Jerusalem Asia/Kabul Asia/Karachi Asia/Kathmandu Asia/Kolkata Asia/Kuala_Lumpur Asia/Kuwait Asia/Manila
	Asia/Qatar Asia/Riyadh Asia/Seoul Asia/Shanghai Asia/Singapore Asia/Taipei Asia/Tashkent Asia/Tbilisi Asia/Tehran Asia/Tokyo
	Asia/Ulaanbaatar Asia/Vladivostok Asia/Yangon Asia/Yerevan
	Atlantic/Azores Atlantic/Reykjavik Australia/Adelaide Australia/Brisbane Australia/Darwin Australia/Perth Australia/Sydney
	Europe/Amsterdam Europe/Athens Europe/Belgrade Europe/Berlin Europe/Brussels Europe/Bucharest Europe/Budapest Europe/Chisinau
	Europe/Copenhagen Europe/Dublin Europe/Helsinki Europe/Istanbul Europe/Kyiv Europe/Lisbon Europe/London Europe/Madrid Europe/Minsk
	Europe/Moscow Europe/Oslo Europe/Paris Europe/Prague Europe/Riga Europe/Rome Europe/Sofia Europe/Stockholm Europe/Tallinn
	Europe/Vienna Europe/Vilnius Europe/Warsaw Europe/Zagreb Europe/Zurich
	Indian/Maldives Indian/Mauritius Pacific/Apia Pacific/Auckland Pacific/Fiji Pacific/Guam Pacific/Honolulu Pacific/Port_Moresby Pacific/Tongatapu`

// zoneOptions offers the zones with what they are now off UTC, and chosen even
// if it is none of them.
func zoneOptions(chosen string, now time.Time) (options []ui.Option) {
	names := strings.Fields(zones)
	if chosen != "" && !slices.Contains(names, chosen) {
		names = append(names, chosen)
	}
	for _, name := range names {
		label := strings.ReplaceAll(name, "_", " ")
		if zone, err := time.LoadLocation(name); err == nil && name != "UTC" {
			label += now.In(zone).Format(" (UTC-07:00)")
		}
		options = append(options, ui.Option{Value: name, Label: label})
	}
	return options
}

func languageOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: words.Say(ctx, "member.settings.as_browser")}}
	for _, tag := range words.Tags() {
		options = append(options, ui.Option{Value: string(tag), Label: tag.Name()})
	}
	return options
}

func themeOptions(ctx context.Context) []ui.Option {
	return []ui.Option{
		{Value: "", Label: words.Say(ctx, "member.theme.system")},
		{Value: "light", Label: words.Say(ctx, "member.theme.light")},
		{Value: "dark", Label: words.Say(ctx, "member.theme.dark")},
	}
}
