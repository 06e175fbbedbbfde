// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"strings"

	"entente.example/internal/observable"
)

// recipe says what becomes of the attributes of one type. The zero value makes a
// note of them.
type recipe struct {
	read     form   // an observable
	split    split  // set where the value has two parts
	language string // a detection rule: the STIX name of its language
	isCVE    bool
	attached bool // the value names a file whose bytes are not carried
}

// recipes has a recipe for each type of the format (describeTypes).
var recipes = newRecipes()

func newRecipes() map[string]recipe {
	all := map[string]recipe{
		"AS":                      {read: autonomousSystem},
		"attachment":              {attached: true},
		"btc":                     {read: custom("cryptocurrency-wallet", observable.Wallet)},
		"cc-number":               {read: custom("payment-card", observable.Card)},
		"iban":                    {read: custom("bank-account", observable.IBAN)},
		"dash":                    {read: custom("cryptocurrency-wallet", observable.Wallet)},
		"dns-soa-email":           {read: emailAddress},
		"domain":                  {read: domain},
		"domain|ip":               {read: domainWithAddress, split: first},
		"email":                   {read: emailAddress},
		"email-attachment":        {read: named("file")},
		"email-body":              {},
		"email-dst":               {read: emailAddress},
		"email-message-id":        {read: sought("email-message:message_id")},
		"email-reply-to":          {read: emailAddress},
		"email-src":               {read: emailAddress},
		"email-subject":           {read: emailSubject},
		"email-x-mailer":          {read: sought("email-message:additional_header_fields.'X-Mailer'")},
		"filename":                {read: named("file")},
		"github-username":         {read: account("github")},
		"hostname":                {read: domain},
		"hostname|port":           {read: target(domain), split: last},
		"http-method":             {read: sought("network-traffic:extensions.'http-request-ext'.request_method")},
		"ip-dst":                  {read: address},
		"ip-dst|port":             {read: target(address), split: last},
		"ip-src":                  {read: address},
		"ip-src|port":             {read: source(address), split: last},
		"jabber-id":               {read: account("jabber")},
		"mac-address":             {read: macAddress},
		"malware-sample":          {read: fileWith(hash("file", "MD5", 32)), split: last, attached: true},
		"mutex":                   {read: named("mutex")},
		"onion-address":           {read: domain},
		"phone-number":            {read: custom("phone-number", observable.Phone)},
		"port":                    {read: port},
		"regkey":                  {read: registryKey},
		"regkey|value":            {read: registryKeyWithValue, split: first},
		"sigma":                   {language: "sigma"},
		"snort":                   {language: "snort"},
		"stix2-pattern":           {language: "stix"},
		"suricata":                {language: "suricata"},
		"target-email":            {read: emailAddress},
		"twitter-id":              {read: account("twitter")},
		"url":                     {read: webAddress},
		"user-agent":              {read: sought("network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'")},
		"vulnerability":           {isCVE: true},
		"whois-registrant-email":  {read: emailAddress},
		"whois-registrant-phone":  {read: custom("phone-number", observable.Phone)},
		"x509-fingerprint-md5":    {read: hash("x509-certificate", "MD5", 32)},
		"x509-fingerprint-sha1":   {read: hash("x509-certificate", "SHA-1", 40)},
		"x509-fingerprint-sha256": {read: hash("x509-certificate", "SHA-256", 64)},
		"xmr":                     {read: custom("cryptocurrency-wallet", observable.Wallet)},
		"yara":                    {language: "yara"},
	}
	for _, d := range fileDigests() {
		all[d.misp] = recipe{read: hash("file", d.stix, d.digits)}
		all["filename|"+d.misp] = recipe{read: fileWith(hash("file", d.stix, d.digits)), split: last}
	}
	for name := range strings.FieldsSeq(remarks) {
		all[strings.ReplaceAll(name, "_", " ")] = recipe{}
	}
	return all
}

// fileDigest is what tells files with the same content, or a like one.
type fileDigest struct {
	misp, stix string
	digits     int // hexadecimal; 0 where it is text
}

func fileDigests() []fileDigest {
	return []fileDigest{
		{"md5", "MD5", 32}, {"sha1", "SHA-1", 40}, {"sha256", "SHA-256", 64}, {"sha512", "SHA-512", 128},
		{"sha224", "SHA-224", 56}, {"sha384", "SHA-384", 96},
		{"sha512/224", "SHA-512/224", 56}, {"sha512/256", "SHA-512/256", 64},
		{"sha3-224", "SHA3-224", 56}, {"sha3-256", "SHA3-256", 64}, {"sha3-384", "SHA3-384", 96}, {"sha3-512", "SHA3-512", 128},
		{"ssdeep", "SSDEEP", 0}, {"tlsh", "TLSH", 0}, {"authentihash", "AUTHENTIHASH", 64}, {"imphash", "IMPHASH", 32},
		{"impfuzzy", "IMPFUZZY", 0}, {"pehash", "PEHASH", 40}, {"vhash", "VHASH", 0},
	}
}

// remarks are the types that people read and no program matches; _ is a space.
const remarks = `
aba-rtn anonymised azure-application-id bank-account-nr bic bin boolean bro campaign-id campaign-name cdhash
chrome-extension-id comment community-id cookie cortex counter country-of-residence cpe date-of-birth datetime dkim
dkim-signature dom-hash edge-extension-id email-dst-display-name email-header email-mime-boundary email-src-display-name
email-thread-index eppn favicon-mmh3 filename-pattern first-name float frequent-flyer-number full-name gender gene
git-commit-id github-organisation github-repository hassh-md5 hasshserver-md5 hex identity-card-number integer
issue-date-of-the-visa ja3-fingerprint-md5 jarm-fingerprint kusto-query last-name link mac-eui-64 malware-type middle-name
mime-type mobile-application-id named_pipe nationality other passenger-name-record-locator-number passport-country
passport-expiration passport-number pattern-in-file pattern-in-memory pattern-in-traffic payment-details pdb
pgp-private-key pgp-public-key place-of-birth place-port-of-clearance place-port-of-onward-foreign-destination
place-port-of-original-embarkation primary-residence process-state prtn redress-number size-in-bytes
special-service-request ssh-fingerprint target-external target-location target-machine target-org target-user telfhash
text threat-actor travel-details uri uuid visa-number weakness whois-creation-date whois-registrant-name
whois-registrant-org whois-registrar windows-scheduled-task windows-service-displayname windows-service-name zeek`
