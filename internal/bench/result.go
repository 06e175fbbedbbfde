// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"
)

// Row is one figure beside its limit. Of rates more is better; of times less.
type Row struct {
	Name   string  `json:"name"`
	Engine string  `json:"engine"`
	Unit   string  `json:"unit"`
	Figure float64 `json:"figure"`
	Limit  float64 `json:"limit,omitempty"`
	Of     string  `json:"of,omitempty"`        // what the limit is
	Ratio  float64 `json:"ratio,omitempty"`     // of a rate figure to limit, of a time limit to figure: 1 is the limit, more is better
	CPU    float64 `json:"cpu_us,omitempty"`    // processor time of this process for one, load generator included; without PostgreSQL's own
	CPUs   float64 `json:"cpu_ratio,omitempty"` // of the limit's processor time to ours: steadier where others load the machine
	Goal   string  `json:"goal,omitempty"`
	Met    *bool   `json:"met,omitempty"`
	KB     float64 `json:"kb,omitempty"` // of the answer, compressed
	P50    float64 `json:"p50_ms,omitempty"`
	P99    float64 `json:"p99_ms,omitempty"`
}

// Report is what a run measured.
type Report struct {
	Cores  int       `json:"cores"`
	Go     string    `json:"go"`
	System string    `json:"system"`
	Size   string    `json:"size"`
	Ended  time.Time `json:"ended"`
	Rows   []Row     `json:"rows"`
}

// NewReport returns the report of a run that has just ended.
func NewReport(size Size, rows []Row) Report {
	return Report{runtime.NumCPU(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, size.Name, time.Now().UTC(), rows}
}

// rate is a row of a rate, which should be at least that share of its limit.
func rate(name, unit string, figure, limit []turn, of string, share float64) Row {
	r := Row{Name: name, Unit: unit, Figure: median(rates(figure)), Limit: median(rates(limit)), Of: of}
	r.Ratio = ratio(rates(figure), rates(limit))
	r.CPU, r.CPUs = median(cpus(figure)), ratio(cpus(limit), cpus(figure))
	if share > 0 {
		r.Goal = fmt.Sprintf("at least %.2f of the limit", share)
		met := r.Ratio >= share
		r.Met = &met
	}
	return r
}

// within sets a goal in milliseconds.
func (r Row) within(ms, goal float64, what string) Row {
	met := ms <= goal
	r.Goal, r.Met = fmt.Sprintf("%s under %g ms", what, goal), &met
	return r
}

// ratio is the median of the ratios of turns that followed each other, so that
// what loads the machine for a while loads both sides of one.
func ratio(figure, limit []float64) float64 {
	ratios := make([]float64, 0, len(figure))
	for i := range min(len(figure), len(limit)) {
		if limit[i] > 0 {
			ratios = append(ratios, figure[i]/limit[i])
		}
	}
	return median(ratios)
}

func median(list []float64) float64 { return quantile(list, 0.5) }

func quantile(list []float64, q float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// spread adds the times of single acts, in milliseconds.
func (r Row) spread(ms []float64) Row {
	r.P50, r.P99 = quantile(ms, 0.50), quantile(ms, 0.99)
	return r
}

// Print writes the table.
func (r Report) Print(w io.Writer) error {
	fmt.Fprintf(w, "\n%d cores, %s, %s, size %s\n\n", r.Cores, r.System, r.Go, r.Size)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "work\tengine\tfigure\tp50 ms\tp99 ms\tlimit\tratio\tcpu µs\tcpu ratio\tgoal\t")
	for _, row := range r.Rows {
		met := ""
		if row.Met != nil {
			met = map[bool]string{true: "met: ", false: "MISSED: "}[*row.Met]
		}
		fmt.Fprintf(t, "%s\t%s\t%s %s\t%s\t%s\t%s\t%s\t%s\t%s\t%s%s\t\n", row.Name, row.Engine, short(row.Figure), row.Unit,
			short(row.P50), short(row.P99), short(row.Limit), short(row.Ratio), short(row.CPU), short(row.CPUs), met, row.Goal)
	}
	return t.Flush()
}

func short(f float64) string {
	switch {
	case f == 0:
		return ""
	case f >= 100:
		return fmt.Sprintf("%.0f", f)
	default:
		return fmt.Sprintf("%.3g", f)
	}
}

// Save writes the report as JSON.
func (r Report) Save(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o600)
}

// Load reads a report.
func Load(path string) (r Report, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("read %s: %w", path, err)
	}
	return r, nil
}

// Compare prints how the ratios have changed since an earlier report.
func Compare(w io.Writer, before, after Report) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "work\tengine\tratio before\tratio after\tchange\t")
	for _, row := range after.Rows {
		at := slices.IndexFunc(before.Rows, func(b Row) bool { return b.Name == row.Name && b.Engine == row.Engine })
		if at < 0 || row.Ratio == 0 || before.Rows[at].Ratio == 0 {
			continue
		}
		old := before.Rows[at].Ratio
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%+.0f %%\t\n", row.Name, row.Engine, short(old), short(row.Ratio), 100*(row.Ratio/old-1))
	}
	return t.Flush()
}
