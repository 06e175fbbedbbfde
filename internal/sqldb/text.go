// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"database/sql"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"entente.example/internal/fault"
)

// storable refuses text that one engine would take and the other would not.
func storable(args []any) error {
	for i, arg := range args {
		if s := textOf(arg); strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s) {
			cause := fmt.Errorf("argument $%d is not UTF-8 without NUL", i+1)
			return fault.Wrap(fault.Invalid, "sqldb.text.invalid", cause)
		}
	}
	return nil
}

// textOf returns the text that arg brings into a statement, if it is text.
func textOf(arg any) string {
	switch v := arg.(type) {
	case string:
		return v
	case nil, bool, int, int64, []byte:
		return ""
	case sql.NullString:
		return v.String
	case sql.Null[string]:
		return v.V
	}
	v := reflect.ValueOf(arg)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() == reflect.String {
		return v.String()
	}
	return ""
}
