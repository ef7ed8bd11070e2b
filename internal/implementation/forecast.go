package implementation

type forecast struct{}

func (b *Book) newForecast() *forecast { return &forecast{} }

func (b *Book) newGraph() *Graph { return &Graph{} }
