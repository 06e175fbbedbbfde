// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"time"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
)

// said is one post: who, and what.
type said struct{ by, text string }

// thread is a topic with its posts, the first of which opens it.
type thread struct {
	channel, title string
	daysAgo        int
	posts          []said
}

func (m *maker) talk() {
	for _, t := range threads() {
		m.open(access.Exchange, access.Green, nil, t)
	}
}

// open begins a topic and lets the others reply, some hours apart.
func (m *maker) open(ws access.WorkspaceID, tlp access.TLP, orgs []access.OrgID, t thread) {
	m.clock.Set(m.end.AddDate(0, 0, -t.daysAgo))
	var topic discussion.TopicID
	for i, post := range t.posts {
		m.do(post.by+" writes in "+t.title, func() (err error) {
			actor := m.actor(post.by)
			if i == 0 {
				topic, err = m.Topics.Open(m.ctx, actor, ws, discussion.TopicDraft{
					Channel: discussion.ChannelID(t.channel), Title: t.title, Text: post.text, Audience: discussion.Audience{TLP: tlp, Orgs: orgs},
				})
				return err
			}
			_, err = m.Posts.Reply(m.ctx, actor, ws, discussion.PostDraft{Topic: topic, Text: post.text})
			return err
		})
		m.clock.advance(min(5*time.Hour, m.end.Sub(m.clock.Now())/4))
	}
}

func threads() []thread {
	return []thread{
		{"announcements", "Rules of the Knowledge Exchange, in one page", 30, []said{
			{"linnea", "Welcome. Three rules matter most:\n\n1. **No police information here.** No names of suspects, no case numbers, no victims' data. What concerns a case belongs in its operation.\n2. Mark what you bring: `TLP:CLEAR` or `TLP:GREEN`.\n3. Ask. Somebody in another time zone has met it before.\n\nWrite to the desk when in doubt."},
		}},
		{"techniques", "Preserving cloud evidence before the mailbox rules are gone", 21, []said{
			{"camille", "In three business e-mail compromises this quarter the intruder deleted the inbox rules within an hour of our first call to the company. What do you ask the victim's administrator to save *first*, before anybody logs in again?"},
			{"jonas", "Our order, on one page:\n\n| what | why first |\n| --- | --- |\n| unified audit log export | kept 90 days on many plans, less on some |\n| inbox rules, with creation time | the first thing that is deleted |\n| sign-in log with session ids | tells token theft from a stolen password |\n| OAuth consents | survive a password change |\n\nThen a litigation hold, then the password."},
			{"beatriz", "@jonas thank you, we adopted that list. One addition: ask for the *message trace* of the fraudulent thread at once; after ten days it comes only as a slow historical search."},
			{"haruto", "For the company that has no administrator on duty at night, we prepared a script that saves all four in one go. Happy to share it once our legal department agrees."},
		}},
		{"trends", "Deep-fake voice calls to finance departments", 16, []said{
			{"wanjiru", "We see a second wave: the caller knows the internal project name and the usual sign-off of the director. The voice holds for about forty seconds, then the line \"breaks\" and the rest comes by chat."},
			{"mateo", "Aquí igual. La llamada llega casi siempre después de las 17:30 del viernes. El dato del proyecto salía de una presentación pública en la web de la empresa."},
			{"youssef", "رصدنا النمط نفسه منذ شهرين. النصيحة التي نعطيها للشركات بسيطة: معاودة الاتصال برقم معروف مسبقاً، وكلمة سر شفهية للمبالغ الكبيرة."},
			{"ines", "> معاودة الاتصال برقم معروف مسبقاً\n\nThe call-back rule is the one measure that stopped every attempt we know of. We put it on one poster in four languages."},
		}},
		{"prevention", "A campaign for firms with fewer than twenty people", 12, []said{
			{"claire", "Nous préparons une campagne pour les très petites entreprises : trois gestes, une affiche, un numéro. Quels sont les trois gestes que *vous* mettriez sur l’affiche ?"},
			{"otieno", "From the incident side:\n\n1. a second factor on the mailbox\n2. one back-up that is unplugged\n3. call back before you change a bank account"},
			{"jonas", "Agree with @otieno. Do not put \"strong passwords\" on it: nobody remembers the rest afterwards."},
		}},
		{"detection", "Bulletproof hosting: what gives a reseller away", 8, []said{
			{"greta", "Three signs that have held for a year:\n\n- a new autonomous system announces a /24 that was silent for years\n- the abuse contact answers within minutes, always with the same sentence\n- name servers move with the customers, not with the addresses\n\nExample of the pattern: http://panel.kestrel-hosting.example/login answered from 198.51.100.0/24 and, two weeks later, from 203.0.113.0/24."},
			{"haruto", "The second sign is new to me, and it fits two of ours. Thank you."},
		}},
		{"techniques", "Following a payment through a chain of mule accounts", 5, []said{
			{"beatriz", "A question to those with instant payments: how do you freeze the *third* hop when the first bank has not answered yet?"},
			{"ines", "We send one request to all banks of the chain that we can guess from the prefix, and withdraw what was wrong. It is more paper, and it is twenty minutes instead of two days."},
		}},
		{"trends", "暗号資産の換金経路について", 3, []said{
			{"haruto", "小規模な両替サービスを経由する換金が増えています。英語での要約:\n\nCash-out through small exchange desks is growing here; amounts stay just under the reporting limit, and the same three wallets come back each week. Do others see it?"},
			{"camille", "Oui, même chose à la frontière depuis l’été. Je prépare une note."},
		}},
	}
}
