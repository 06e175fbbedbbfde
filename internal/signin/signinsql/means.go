// SPDX-License-Identifier: Apache-2.0

package signinsql

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/signin"
	"entente.example/internal/sqldb"
)

const selectPasskey = `SELECT passkey_id, member_id, name, credential, added_at, used_at, unconfirmed FROM signin_passkey `

func scanPasskey(scan func(...any) error) (p signin.Passkey, err error) {
	var added, used int64
	err = scan(&p.ID, &p.Member, &p.Name, &p.Credential, &added, &used, &p.Unconfirmed)
	p.AddedAt, p.UsedAt = sqldb.Time(added), sqldb.Time(used)
	return p, err
}

func (t tx) Passkey(ctx context.Context, id string) (signin.Passkey, error) {
	return scanPasskey(func(dest ...any) error {
		return t.sql.One(ctx, selectPasskey+`WHERE passkey_id = $1`, []any{id}, dest...)
	})
}

func (t tx) Passkeys(ctx context.Context, member access.MemberID) (passkeys []signin.Passkey, err error) {
	err = t.sql.All(ctx, selectPasskey+`WHERE member_id = $1 ORDER BY added_at, passkey_id LIMIT 100`, []any{member},
		func(scan func(...any) error) error {
			p, err := scanPasskey(scan)
			passkeys = append(passkeys, p)
			return err
		})
	return passkeys, err
}

func (t tx) Unconfirmed(ctx context.Context, of access.MemberID, limit int) (passkeys []signin.Passkey, err error) {
	err = t.sql.All(ctx, selectPasskey+`WHERE unconfirmed AND ($1 = '' OR member_id = $1) ORDER BY added_at, passkey_id LIMIT $2`, []any{of, limit}, func(scan func(...any) error) error {
		p, err := scanPasskey(scan)
		passkeys = append(passkeys, p)
		return err
	})
	return passkeys, err
}

func (t tx) ConfirmPasskey(ctx context.Context, member access.MemberID, id string) (int64, error) {
	return t.sql.Change(ctx, `UPDATE signin_passkey SET unconfirmed = FALSE WHERE member_id = $1 AND passkey_id = $2 AND unconfirmed`, member, id)
}

func (t tx) Password(ctx context.Context, member access.MemberID) (p signin.PasswordSet, err error) {
	var set, used int64
	err = t.sql.One(ctx, `SELECT member_id, hash, secret, step, set_at, used_at FROM signin_password WHERE member_id = $1`,
		[]any{member}, &p.Member, &p.Hash, &p.Secret, &p.Step, &set, &used)
	p.SetAt, p.UsedAt = sqldb.Time(set), sqldb.Time(used)
	return p, err
}

func (t tx) CountMeans(ctx context.Context, member access.MemberID) (n int, err error) {
	err = t.sql.One(ctx, `
		SELECT (SELECT COUNT(*) FROM signin_passkey WHERE member_id = $1) + (SELECT COUNT(*) FROM signin_password WHERE member_id = $1)`,
		[]any{member}, &n)
	return n, err
}

func (t tx) Enrolled(ctx context.Context, member access.MemberID) (enrolled bool, err error) {
	err = t.sql.One(ctx, `SELECT EXISTS (SELECT 1 FROM signin_member WHERE member_id = $1 AND enrolled)`, []any{member}, &enrolled)
	return enrolled, err
}

func (t tx) Enrol(ctx context.Context, member access.MemberID) error {
	return t.sql.Exec(ctx, `UPDATE signin_member SET enrolled = TRUE WHERE member_id = $1`, member)
}

func (t tx) LockMeans(ctx context.Context, member access.MemberID) error {
	return t.sql.Exec(ctx, `
		INSERT INTO signin_member (member_id, changes) VALUES ($1, 1)
		ON CONFLICT (member_id) DO UPDATE SET changes = signin_member.changes + 1`, member)
}

func (t tx) InsertPasskey(ctx context.Context, p signin.Passkey) error {
	return t.sql.Exec(ctx, `INSERT INTO signin_passkey (passkey_id, member_id, name, credential, added_at, used_at, unconfirmed) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		p.ID, p.Member, p.Name, p.Credential, sqldb.Micros(p.AddedAt), sqldb.Micros(p.UsedAt), p.Unconfirmed)
}

func (t tx) UsePasskey(ctx context.Context, p signin.Passkey, credential []byte, at time.Time) error {
	n, err := t.sql.Change(ctx, `UPDATE signin_passkey SET credential = $1, used_at = $2 WHERE passkey_id = $3 AND credential = $4`,
		credential, sqldb.Micros(at), p.ID, p.Credential)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "error.not_found")
	}
	return err
}

func (t tx) DropPasskey(ctx context.Context, member access.MemberID, id string) (int64, error) {
	return t.sql.Change(ctx, `DELETE FROM signin_passkey WHERE member_id = $1 AND passkey_id = $2`, member, id)
}

func (t tx) SavePassword(ctx context.Context, p signin.PasswordSet) error {
	return t.sql.Exec(ctx, `
		INSERT INTO signin_password (member_id, hash, secret, step, set_at, used_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (member_id) DO UPDATE SET hash = $2, secret = $3, step = $4, set_at = $5, used_at = $6`,
		p.Member, p.Hash, p.Secret, p.Step, sqldb.Micros(p.SetAt), sqldb.Micros(p.UsedAt))
}

func (t tx) TakeStep(ctx context.Context, member access.MemberID, step int64, at time.Time) (int64, error) {
	return t.sql.Change(ctx, `UPDATE signin_password SET step = $1, used_at = $2 WHERE member_id = $3 AND step < $1`, step, sqldb.Micros(at), member)
}

func (t tx) DropPassword(ctx context.Context, member access.MemberID) (int64, error) {
	return t.sql.Change(ctx, `DELETE FROM signin_password WHERE member_id = $1`, member)
}
