package grafana

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/go-openapi/runtime"
	"github.com/grafana/grafana-openapi-client-go/client/dashboards"
	"github.com/grafana/grafana-openapi-client-go/client/datasources"
	"github.com/grafana/grafana-openapi-client-go/client/folders"
	"github.com/grafana/grafana-openapi-client-go/models"
)

// ApplyFolder makes sure that the folder is there. Its title is left as people
// may have changed it.
func (c *Client) ApplyFolder(ctx context.Context, title string) (Result, error) {
	result := Result{Kind: "folder", Name: title, UID: FolderUID, Action: "exists"}
	_, err := c.folders.GetFolderByUIDWithParams(folders.NewGetFolderByUIDParamsWithContext(ctx).WithFolderUID(FolderUID))
	if err == nil {
		return result, nil
	}
	var missing *folders.GetFolderByUIDNotFound
	if !errors.As(err, &missing) {
		return result, fmt.Errorf("cannot look for folder %q: %w", FolderUID, explain(ctx, err))
	}
	_, err = c.folders.CreateFolderWithParams(folders.NewCreateFolderParamsWithContext(ctx).
		WithBody(&models.CreateFolderCommand{UID: FolderUID, Title: title}))
	if isCode(err, http.StatusConflict) || isCode(err, http.StatusPreconditionFailed) {
		return result, nil // somebody else was quicker
	}
	if err != nil {
		return result, fmt.Errorf("cannot create folder %q: %w", FolderUID, explain(ctx, err))
	}
	result.Action = "created"
	return result, nil
}

// ApplyDatasource creates or updates the datasource.
func (c *Client) ApplyDatasource(ctx context.Context, d Datasource) (Result, error) {
	const name, kind = "Weir", "grafana-clickhouse-datasource"
	result := Result{Kind: "datasource", Name: name, UID: DatasourceUID}
	settings, err := d.settings()
	if err != nil {
		return result, fmt.Errorf("the datasource's URL %w", err)
	}
	secrets := map[string]string{"password": d.Password}
	_, err = c.datasources.GetDataSourceByUIDWithParams(datasources.NewGetDataSourceByUIDParamsWithContext(ctx).WithUID(DatasourceUID))
	var missing *datasources.GetDataSourceByUIDNotFound
	switch {
	case errors.As(err, &missing):
		result.Action = "created"
		_, err = c.datasources.AddDataSourceWithParams(datasources.NewAddDataSourceParamsWithContext(ctx).WithBody(
			&models.AddDataSourceCommand{UID: DatasourceUID, Name: name, Type: kind, Access: "proxy", JSONData: settings, SecureJSONData: secrets}))
	case err == nil:
		result.Action = "updated"
		_, err = c.datasources.UpdateDataSourceByUIDWithParams(datasources.NewUpdateDataSourceByUIDParamsWithContext(ctx).WithUID(DatasourceUID).WithBody(
			&models.UpdateDataSourceCommand{UID: DatasourceUID, Name: name, Type: kind, Access: "proxy", JSONData: settings, SecureJSONData: secrets}))
	}
	if err != nil {
		return result, fmt.Errorf("cannot apply datasource %q: %w", DatasourceUID, explain(ctx, err))
	}
	return result, nil
}

// ApplyDashboard creates the dashboard, or replaces the one with its uid.
func (c *Client) ApplyDashboard(ctx context.Context, content []byte, message string) (Result, error) {
	var model map[string]any
	if err := json.Unmarshal(content, &model); err != nil {
		return Result{Kind: "dashboard"}, fmt.Errorf("cannot read the dashboard's JSON: %w", err)
	}
	uid, _ := model["uid"].(string)
	title, _ := model["title"].(string)
	result := Result{Kind: "dashboard", Name: title, UID: uid, Action: "created"}
	_, err := c.dashboards.GetDashboardByUIDWithParams(dashboards.NewGetDashboardByUIDParamsWithContext(ctx).WithUID(uid))
	var missing *dashboards.GetDashboardByUIDNotFound
	switch {
	case err == nil:
		result.Action = "updated"
	case !errors.As(err, &missing):
		return result, fmt.Errorf("cannot look for dashboard %q: %w", uid, explain(ctx, err))
	}
	answer, err := c.dashboards.PostDashboardWithParams(dashboards.NewPostDashboardParamsWithContext(ctx).WithBody(
		&models.SaveDashboardCommand{Dashboard: model, FolderUID: FolderUID, Overwrite: true, Message: message}))
	if err != nil {
		return result, fmt.Errorf("cannot apply dashboard %q: %w", uid, explain(ctx, err))
	}
	if answer.Payload != nil && answer.Payload.URL != nil {
		result.Path = *answer.Payload.URL
	}
	return result, nil
}

// isCode also knows answers that the API's description does not name.
func isCode(err error, code int) bool {
	var coded interface{ IsCode(int) bool }
	if errors.As(err, &coded) {
		return coded.IsCode(code)
	}
	var undocumented *runtime.APIError
	return errors.As(err, &undocumented) && undocumented.Code == code
}
