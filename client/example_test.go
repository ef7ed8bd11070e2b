package client_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"parley/client"
)

// exampleServer stands in for a server with talks, and a token for one of its seats.
func exampleServer() (address, token string, stop func()) {
	w, stop, err := start(nil)
	if err != nil {
		panic(err)
	}
	return w.url, "demo:us-head", stop
}

func Example() {
	address, token, stop := exampleServer()
	defer stop()
	ctx := context.Background()

	c, err := client.New(address, token)
	if err != nil {
		fmt.Println(err)
		return
	}
	me, err := c.Me(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(me.Seat, me.Role)

	rooms, err := c.Talks(me.Process).Rooms(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range rooms {
		fmt.Println(r.Kind, len(r.Members))
	}
	// Output:
	// us-head head
	// lobby 5
	// caucus 1
	// direct 2
	// consultation 2
	// consultation 2
	// consultation 3
}

func ExampleTalks_Append() {
	address, token, stop := exampleServer()
	defer stop()
	ctx := context.Background()
	c, _ := client.New(address, token, client.WithHeads(&client.Heads{}))
	talks := c.Talks("riyadh-2025")
	rooms, _ := talks.Rooms(ctx)
	direct := rooms[2]

	// The act is recorded once, however often it has to be sent, and its receipt is checked.
	receipt, err := talks.Append(ctx, direct.Room, "remark.write", client.Fields{"text": "Four, and no fewer."}, client.Seen(direct.Size))
	fmt.Println(receipt.Index == direct.Size, err)

	// With Expect it is refused where the room has moved on.
	_, err = talks.Append(ctx, direct.Room, "remark.write", client.Fields{"text": "As I said."}, client.Expect(direct.Size))
	if p, ok := errors.AsType[*client.Problem](err); ok {
		fmt.Println(p.Title, len(p.Since))
	}
	// Output:
	// true <nil>
	// The room has moved on 1
}

func ExampleTalks_Acts() {
	address, token, stop := exampleServer()
	defer stop()
	ctx := context.Background()
	c, _ := client.New(address, token)
	talks := c.Talks("riyadh-2025")
	rooms, _ := talks.Rooms(ctx)
	for entry, err := range talks.Acts(ctx, rooms[0].Room, 0, "delegation.designate") {
		if err != nil {
			fmt.Println(err)
			return
		}
		var act struct {
			Delegation string `json:"delegation"`
		}
		if err := entry.Body.Decode(&act); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(act.Delegation)
	}
	// Unordered output:
	// us
	// ru
	// ua
	// eu
	// sa
}

func ExampleTalks_Archive() {
	address, token, stop := exampleServer()
	defer stop()
	c, _ := client.New(address, token)
	f, err := os.CreateTemp("", "archive")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.Remove(f.Name()) }()
	// Parley verify, or record.Verify, checks the file without the host.
	fmt.Println(c.Talks("riyadh-2025").Archive(context.Background(), f), f.Close())
	// Output: <nil> <nil>
}
