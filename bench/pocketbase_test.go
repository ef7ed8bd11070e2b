package bench

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations" // the tables that it starts from
)

// servePeer serves PocketBase with rooms that have delegations as members, and acts that only users of such a delegation may create and read.
func servePeer(_ context.Context, data string, users int) (*ready, <-chan error, error) {
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: data})
	if err := app.Bootstrap(); err != nil {
		return nil, nil, err
	}
	if err := app.RunAllMigrations(); err != nil {
		return nil, nil, err
	}
	r, err := fill(app, users)
	if err != nil {
		return nil, nil, err
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- apis.Serve(app, apis.ServeConfig{HttpAddr: addr}) }()
	r.URL = "http://" + addr
	for {
		select {
		case err := <-ended:
			return nil, nil, fmt.Errorf("pocketbase: %w", err)
		default:
		}
		if res, err := http.Get(r.URL + "/api/health"); err == nil {
			_ = res.Body.Close()
			return r, ended, nil
		}
	}
}

// fill makes the collections, one room, and its members.
func fill(app core.App, n int) (*ready, error) {
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		return nil, err
	}
	teams := core.NewBaseCollection("delegations")
	teams.Fields.Add(&core.TextField{Name: "title"})
	if err := app.Save(teams); err != nil {
		return nil, err
	}
	rooms := core.NewBaseCollection("rooms")
	rooms.Fields.Add(&core.TextField{Name: "title"}, &core.RelationField{Name: "members", CollectionId: teams.Id, MaxSelect: 100})
	if err := app.Save(rooms); err != nil {
		return nil, err
	}
	users.Fields.Add(&core.RelationField{Name: "delegation", CollectionId: teams.Id, MaxSelect: 1})
	if err := app.Save(users); err != nil {
		return nil, err
	}
	rule := `@request.auth.id != "" && room.members.id ?= @request.auth.delegation`
	acts := core.NewBaseCollection("acts")
	acts.Fields.Add(
		&core.RelationField{Name: "room", CollectionId: rooms.Id, MaxSelect: 1, Required: true},
		&core.TextField{Name: "kind"}, &core.TextField{Name: "text", Max: 20_000},
		&core.AutodateField{Name: "created", OnCreate: true},
	)
	acts.CreateRule, acts.ListRule, acts.ViewRule = &rule, &rule, &rule
	if err := app.Save(acts); err != nil {
		return nil, err
	}
	members := make([]string, 2)
	for i := range members {
		d := core.NewRecord(teams)
		d.Set("title", fmt.Sprintf("Delegation %d", i))
		if err := app.Save(d); err != nil {
			return nil, err
		}
		members[i] = d.Id
	}
	room := core.NewRecord(rooms)
	room.Set("title", "Plenary")
	room.Set("members", members)
	if err := app.Save(room); err != nil {
		return nil, err
	}
	r := &ready{Room: room.Id}
	for i := range n {
		u := core.NewRecord(users)
		u.SetEmail(fmt.Sprintf("u%d@example.org", i))
		// Nobody logs in by password here, and hashing a thousand of them takes a minute.
		u.SetRaw(core.FieldNamePassword, &core.PasswordFieldValue{Hash: "none"})
		u.RefreshTokenKey()
		u.Set("delegation", members[i%len(members)])
		if err := app.SaveNoValidate(u); err != nil {
			return nil, err
		}
		token, err := u.NewAuthToken()
		if err != nil {
			return nil, err
		}
		r.Tokens = append(r.Tokens, token)
	}
	return r, nil
}

// freeAddr is an address that nothing listens on.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
