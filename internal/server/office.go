package server

import (
	"errors"
	"fmt"
	"net/http"

	"parley/internal/account"
	"parley/internal/implementation"
	"parley/internal/ledger"
	"parley/internal/office"
	"parley/internal/office/matrix"
	"parley/web/calendar"
	"parley/web/ui"

	accountpage "parley/web/account"
)

// calendarFile sends the calendar of a seat as a file.
func (s *server) calendarFile(w http.ResponseWriter, r *http.Request) error {
	view, err := s.apiViewer(r)
	if err != nil {
		return err
	}
	now, err := s.Ledger.View(r.Context(), view.Viewer())
	if err != nil {
		return err
	}
	p := &ui.Page{View: view, Present: now.World(), Loc: locale(r, r.URL.Query())}
	attach(w, "", fmt.Sprintf("%s-%s.ics", view.Process(), view.Seat()))
	send(w, http.StatusOK, office.ContentType, calendar.File(p, s.origin(r)))
	return nil
}

// calendarFeed answers calendar programs that follow a link: with what its seat sees, as long as the link and the seat hold. The gate is asked each
// time. To whatever is wrong the answer is one, and it is that of a link that never was.
func (s *server) calendarFeed(w http.ResponseWriter, r *http.Request) error {
	link, err := s.Accounts.Calendar(r.Context(), r.PathValue("secret"), s.client(r))
	if _, limited := waiting(w, err); limited {
		return errMany
	}
	if err != nil {
		return err
	}
	view, err := s.Ledger.View(r.Context(), viewerOf(link.Holding))
	if errors.Is(err, ledger.ErrNotFound) {
		s.endHolding(r.Context(), link.Holding)
		return errNotFound
	}
	if err != nil {
		return err
	}
	send(w, http.StatusOK, office.ContentType, calendar.File(&ui.Page{View: view, Loc: locale(r, r.URL.Query())}, s.origin(r)))
	return nil
}

// matrixOf is the book of the view that a request for a file asks for, by ?at= of another time, and by ?on= for another day.
func (s *server) matrixOf(r *http.Request) (*ledger.View, *implementation.Book, error) {
	view, err := s.apiViewer(r)
	if err != nil {
		return nil, nil, err
	}
	on := view.Now()
	if q := r.URL.Query(); q.Has("on") {
		day, ok := ui.EndOfDay(q.Get("on"))
		if !ok {
			return nil, nil, errBadAt
		}
		on = day
	}
	return view, implementation.At(view.World(), on), nil
}

// matrixXLSX sends the implementation matrix as a workbook.
func (s *server) matrixXLSX(w http.ResponseWriter, r *http.Request) error {
	view, book, err := s.matrixOf(r)
	if err != nil {
		return err
	}
	b, err := matrix.Workbook(book, matrix.For{Process: view.Title(), Seat: view.Seat()}).XLSX()
	if err != nil {
		return err
	}
	attach(w, "", fmt.Sprintf("%s-%s-implementation.xlsx", view.Process(), view.Seat()))
	send(w, http.StatusOK, office.WorkbookType, b)
	return nil
}

// matrixCSV sends the implementation matrix as comma-separated values.
func (s *server) matrixCSV(w http.ResponseWriter, r *http.Request) error {
	view, book, err := s.matrixOf(r)
	if err != nil {
		return err
	}
	attach(w, "", fmt.Sprintf("%s-%s-implementation.csv", view.Process(), view.Seat()))
	send(w, http.StatusOK, office.TableType, matrix.Table(book).CSV())
	return nil
}

// newCalendar makes a link to the calendar of a seat and shows it, once.
func (s *server) newCalendar(w http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	h, err := s.heldAt(r, v, r.PostForm.Get("seat"))
	if err != nil {
		return "", err
	}
	secret, _, err := s.Accounts.NewCalendar(r.Context(), v.token, h)
	if err != nil {
		return "", err
	}
	link := s.origin(r) + "/calendar/" + secret + "/parley.ics"
	return "", orShown(s.shown(w, r, http.StatusOK, accountpage.ShowCalendar(locale(r, r.URL.Query()), v.who(), place(h), link)))
}

func (s *server) endCalendar(_ http.ResponseWriter, r *http.Request, v *visitor) (string, error) {
	return "calendar", s.Accounts.EndCalendar(r.Context(), v.Account, account.ID(r.PostForm.Get("id")))
}

func (s *server) addCalendars(r *http.Request, v *visitor, p *accountpage.Page) error {
	list, err := s.Accounts.Calendars(r.Context(), v.Account)
	for _, c := range list {
		p.Calendars = append(p.Calendars, accountpage.Calendar{ID: string(c.ID), Seat: place(c.Holding), Created: c.Created, Used: c.Used})
	}
	return err
}
