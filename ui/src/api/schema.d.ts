// The native API's types, made from its OpenAPI document by `./dev api`. Not written by hand.
export interface paths {
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/alert-history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_alert_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_alerts"];
        put: operations["put_alerts"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/alerts/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_alerts_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/alerts/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_alerts_by_name"];
        put?: never;
        post?: never;
        delete: operations["delete_alerts_by_name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_complete"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_datasets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_datasets_by_name"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets/{name}/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_datasets_by_name_checks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets/{name}/consumers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_datasets_by_name_consumers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets/{name}/contract": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_datasets_by_name_contract"];
        put: operations["put_datasets_by_name_contract"];
        post?: never;
        delete: operations["delete_datasets_by_name_contract"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets/{name}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_datasets_by_name_diff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets/{name}/rejected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_datasets_by_name_rejected"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets/{name}/trees": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_datasets_by_name_trees"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_datasets_by_name_versions"];
        put?: never;
        post: operations["post_datasets_by_name_versions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_datasets_by_name_versions_by_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets/{name}/versions/{version}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_datasets_by_name_versions_by_version_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets/{name}/versions/{version}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_datasets_by_name_versions_by_version_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets/{name}/versions/{version}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_datasets_by_name_versions_by_version_files"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets/{name}/versions/{version}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_datasets_by_name_versions_by_version_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets/{name}/versions/{version}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_datasets_by_name_versions_by_version_rows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/datasets/{name}/versions/{version}/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_datasets_by_name_versions_by_version_statistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_endpoints"];
        put?: never;
        post: operations["post_endpoints"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/endpoints/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_endpoints_by_name"];
        put?: never;
        post?: never;
        delete: operations["delete_endpoints_by_name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/endpoints/{name}/drills": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_endpoints_by_name_drills"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/endpoints/{name}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_endpoints_by_name_plan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/endpoints/{name}/plan/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_endpoints_by_name_plan_end"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/endpoints/{name}/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_endpoints_by_name_predictions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/endpoints/{name}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_endpoints_by_name_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/endpoints/{name}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_endpoints_by_name_revisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/endpoints/{name}/rollout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_endpoints_by_name_rollout"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/endpoints/{name}/rollout/{verb}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_endpoints_by_name_rollout_by_verb"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/endpoints/{name}/rollouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_endpoints_by_name_rollouts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/endpoints/{name}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_endpoints_by_name_settings"];
        put: operations["put_endpoints_by_name_settings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/endpoints/{name}/settled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_endpoints_by_name_settled"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/endpoints/{name}/traffic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_endpoints_by_name_traffic"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/endpoints/{name}/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_endpoints_by_name_version"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/event-facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_event_facets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_experiments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/experiments/{experiment}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_experiments_by_experiment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/experiments/{experiment}/columns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_experiments_by_experiment_columns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/home": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_home"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/hooks/{hook}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_hooks_by_hook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_incidents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/incidents/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_incidents_by_number"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/incidents/{number}/ack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_incidents_by_number_ack"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/incidents/{number}/cause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_incidents_by_number_cause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/incidents/{number}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_incidents_by_number_close"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/lineage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_lineage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/lineage/datasets/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_lineage_datasets_by_name_versions_by_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/metrics/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_metrics_series"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/model-versions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_model_versions_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_models_by_model"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/monitors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_monitors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/monitors/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["put_monitors_by_name"];
        post?: never;
        delete: operations["delete_monitors_by_name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/monitors/{name}/accuracy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_monitors_by_name_accuracy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/monitors/{name}/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_monitors_by_name_compare"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/monitors/{name}/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_monitors_by_name_drift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/monitors/{name}/features/{column}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_monitors_by_name_features_by_column"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/monitors/{name}/heatmap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_monitors_by_name_heatmap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/monitors/{name}/reference": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_monitors_by_name_reference"];
        put: operations["put_monitors_by_name_reference"];
        post: operations["post_monitors_by_name_reference"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/monitors/{name}/windows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_monitors_by_name_windows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_notifications"];
        put?: never;
        post: operations["post_notifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/notifications/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_notifications_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/notifications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_notifications_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/objects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_objects"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/objects/missing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_objects_missing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/objects/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_objects_read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/objects/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_objects_by_sha256"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/pipelines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_pipelines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/pipelines/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_pipelines_explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/pipelines/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_pipelines_runs"];
        put?: never;
        post: operations["post_pipelines_runs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/pipelines/runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_pipelines_runs_by_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/pipelines/runs/{run}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_pipelines_runs_by_run_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/pipelines/runs/{run}/gates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_pipelines_runs_by_run_gates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/pipelines/runs/{run}/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_pipelines_runs_by_run_graph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/pipelines/runs/{run}/jobs/{job}/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_pipelines_runs_by_run_jobs_by_job_why"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/pipelines/runs/{run}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_pipelines_runs_by_run_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/pipelines/runs/{run}/parameters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_pipelines_runs_by_run_parameters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/pipelines/runs/{run}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_pipelines_runs_by_run_retry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/pipelines/triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_pipelines_triggers"];
        put?: never;
        post: operations["post_pipelines_triggers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/pipelines/triggers/remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_pipelines_triggers_remove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/pipelines/triggers/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_pipelines_triggers_start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/pipelines/{name}/grid": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_pipelines_by_name_grid"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_plans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/predictions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_predictions_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/registered-models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_registered_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/registered-models/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_registered_models_by_name"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/registered-models/{name}/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_registered_models_by_name_compare"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/registered-models/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_registered_models_by_name_versions_by_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_resolve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/rollouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_rollouts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/rollouts/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_rollouts_by_number"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/rollouts/{number}/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_rollouts_by_number_samples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/rollouts/{number}/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_rollouts_by_number_series"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_runs_bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_runs_diff"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs/parallel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_runs_parallel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_runs_query"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs/result/{result}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_runs_result_by_result"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs/sparks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_runs_sparks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_runs_by_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs/{run}/baseline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_runs_by_run_baseline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs/{run}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_runs_by_run_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs/{run}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_runs_by_run_files"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs/{run}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_runs_by_run_keys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs/{run}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_runs_by_run_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs/{run}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_runs_by_run_logs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs/{run}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_runs_by_run_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/runs/{run}/reproduce": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_runs_by_run_reproduce"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/serving": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_serving"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/stream/{stream}/topics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_stream_by_stream_topics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_uploads"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/variants/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_variants_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_views"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/views/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_views_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/why/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["get_why_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ui/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_ui_errors"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ui/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_ui_sessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ui/signout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["post_ui_signout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A number; NaN and infinities, which JSON lacks, are strings: Number(x) reads all. */
        Double: number | ("NaN" | "Infinity" | "-Infinity");
        Scalar: string | number | boolean | null;
        Accuracy: {
            monitor: components["schemas"]["Monitor"];
            windows: components["schemas"]["AccuracyWindow"][];
            /** Format: int64 */
            arrival_rows: number;
            arrival: components["schemas"]["ArrivalPoint"][];
        };
        AccuracyOfVariant: {
            variant: string;
            model: string;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            predictions: number;
            /** Format: int64 */
            labels: number;
            accuracy?: components["schemas"]["Double"];
            accuracy_low?: components["schemas"]["Double"];
            accuracy_high?: components["schemas"]["Double"];
        };
        AccuracyWindow: {
            /** Format: int64 */
            window: number;
            from: components["schemas"]["Double"];
            to: components["schemas"]["Double"];
            state: string;
            /** Format: int64 */
            predictions: number;
            /** Format: int64 */
            labels: number;
            coverage?: components["schemas"]["Double"];
            accuracy?: components["schemas"]["Double"];
            accuracy_low?: components["schemas"]["Double"];
            accuracy_high?: components["schemas"]["Double"];
            /** Format: int64 */
            timed: number;
            lag_p50_ms?: components["schemas"]["Double"];
            lag_p90_ms?: components["schemas"]["Double"];
            variants: components["schemas"]["AccuracyOfVariant"][];
        };
        ActionEntry: {
            /** Format: int64 */
            event: number;
            /** Format: int64 */
            at_ms: number;
            /** Format: int64 */
            window?: number;
            kind: string;
            subject: string;
            actor: string;
            text: string;
        };
        Alert: {
            id: string;
            rule: string;
            settings: components["schemas"]["RuleSettings"];
            column: string;
            state: string;
            seen: string;
            /** Format: int64 */
            window?: number;
            /** Format: int64 */
            at_ms?: number;
            value?: components["schemas"]["Double"];
            limit?: components["schemas"]["Double"];
            /** Format: int64 */
            sample: number;
            /** Format: int64 */
            active_window?: number;
            /** Format: int64 */
            fired_window?: number;
            /** Format: int64 */
            resolved_window?: number;
            /** Format: int64 */
            active_ms?: number;
            /** Format: int64 */
            fired_ms?: number;
            /** Format: int64 */
            resolved_ms?: number;
            reason: string;
        };
        AlertAnswer: {
            rule: components["schemas"]["Rule"];
            id: string;
            actor: string;
            /** Format: int64 */
            created_ms: number;
            alerts: components["schemas"]["Alert"][];
            history: components["schemas"]["Alert"][];
        };
        AlertEntry: {
            id: string;
            rule: string;
            column: string;
            value?: components["schemas"]["Double"];
            limit?: components["schemas"]["Double"];
            /** Format: int64 */
            active_window?: number;
            /** Format: int64 */
            window?: number;
            /** Format: int64 */
            event: number;
            /** Format: int64 */
            at_ms: number;
            /** Format: int64 */
            resolved_window?: number;
            /** Format: int64 */
            resolved_event?: number;
            /** Format: int64 */
            resolved_ms?: number;
        };
        AlertOfIncident: {
            alert: string;
            rule: string;
            column: string;
            value: components["schemas"]["Double"];
            limit: components["schemas"]["Double"];
            /** Format: int64 */
            active_window: number;
            /** Format: int64 */
            window: number;
            state: string;
        };
        AlertPreview: {
            /** Format: int64 */
            evaluated: number;
            windows: components["schemas"]["PreviewedWindow"][];
            alerts: components["schemas"]["PreviewedAlert"][];
        };
        AlertsAnswer: {
            alerts: components["schemas"]["Alert"][];
        };
        AnalysisSettingsInput: {
            monitor: string;
            bound?: components["schemas"]["Double"];
            block_scale?: components["schemas"]["Double"];
            lambdas?: components["schemas"]["Double"][];
            /** Format: int64 */
            max_windows?: number;
            /** Format: int64 */
            min_windows?: number;
            /** Format: int64 */
            min_rows?: number;
            noData?: string;
            onInconclusive?: string;
            onFailure?: string;
            conditions?: string[];
        };
        AnalysisSettingsSparse: {
            monitor: string;
            bound: components["schemas"]["Double"];
            block_scale: components["schemas"]["Double"];
            lambdas?: components["schemas"]["Double"][];
            /** Format: int64 */
            max_windows: number;
            /** Format: int64 */
            min_windows: number;
            /** Format: int64 */
            min_rows: number;
            noData: string;
            onInconclusive: string;
            onFailure: string;
            conditions?: string[];
        };
        ApplyTriggers: {
            folder: string;
            file?: string;
            repository?: string;
            secret?: string;
            environment?: components["schemas"]["PipelineVariable"][];
            dry_run?: boolean;
        };
        Arm: {
            name: string;
            is_first: boolean;
            /** Format: int64 */
            predictions: number;
            /** Format: int64 */
            labels: number;
            accuracy?: components["schemas"]["Double"];
            low?: components["schemas"]["Double"];
            high?: components["schemas"]["Double"];
            balanced_accuracy?: components["schemas"]["Double"];
            log_loss?: components["schemas"]["Double"];
            conversion?: components["schemas"]["Double"];
            points: components["schemas"]["ArmPoint"][];
        };
        ArmFigures: {
            /** Format: int64 */
            n: number;
            value?: components["schemas"]["Double"];
            lo?: components["schemas"]["Double"];
            hi?: components["schemas"]["Double"];
        };
        ArmPoint: {
            /** Format: int64 */
            window: number;
            /** Format: int64 */
            predictions: number;
            /** Format: int64 */
            labels: number;
            /** Format: int64 */
            right: number;
            accuracy?: components["schemas"]["Double"];
            low?: components["schemas"]["Double"];
            high?: components["schemas"]["Double"];
            balanced_accuracy?: components["schemas"]["Double"];
            log_loss?: components["schemas"]["Double"];
            conversion?: components["schemas"]["Double"];
            cost?: components["schemas"]["Double"];
        };
        ArrivalPoint: {
            lag_ms: components["schemas"]["Double"];
            /** Format: int64 */
            labels: number;
            share: components["schemas"]["Double"];
        };
        Artifact: {
            name: string;
            is_folder: boolean;
            /** Format: int64 */
            files: number;
            /** Format: int64 */
            size: number;
        };
        BaselineMetric: {
            key: string;
            value: components["schemas"]["Double"];
        };
        BlueGreenSettingsInput: {
            preview?: components["schemas"]["MirrorSettingsInput"];
            prePromotionAnalysis?: components["schemas"]["AnalysisSettingsInput"];
            postPromotionAnalysis?: components["schemas"]["AnalysisSettingsInput"];
            autoPromotion?: boolean;
            scaleDownDelay?: components["schemas"]["PauseSettingsInput"];
            /** Format: int64 */
            keepShadow?: number;
        };
        BlueGreenSettingsSparse: {
            preview?: components["schemas"]["MirrorSettingsSparse"];
            prePromotionAnalysis?: components["schemas"]["AnalysisSettingsSparse"];
            postPromotionAnalysis?: components["schemas"]["AnalysisSettingsSparse"];
            autoPromotion: boolean;
            scaleDownDelay?: components["schemas"]["PauseSettingsSparse"];
            /** Format: int64 */
            keepShadow: number;
        };
        BulkRefusal: {
            id: string;
            name: string;
            reason: string;
        };
        CalibrationBin: {
            /** Format: int64 */
            rows: number;
            mean_probability: components["schemas"]["Double"];
            share_of_yes: components["schemas"]["Double"];
        };
        CanarySettingsInput: {
            steps: components["schemas"]["StepSettingsInput"][];
            /** Format: int64 */
            keepShadow?: number;
        };
        CanarySettingsSparse: {
            steps?: components["schemas"]["StepSettingsSparse"][];
            /** Format: int64 */
            keepShadow: number;
        };
        Candidate: {
            kind: string;
            name: string;
            score: components["schemas"]["Double"];
            what: string;
            /** Format: int64 */
            since?: number;
            claims_data_fault: boolean;
            evidence: components["schemas"]["EvidenceFact"][];
            events: number[];
        };
        CandidateEvidence: {
            job: string;
            job_id: string;
            run: string;
            model: string;
            model_version: string;
            value: string;
            passed: boolean;
            won: boolean;
            reason: string;
            rules: components["schemas"]["RuleEvidence"][];
        };
        CauseEntry: {
            /** Format: int64 */
            rank: number;
            kind: string;
            name: string;
            score?: components["schemas"]["Double"];
            what: string;
            claims_data_fault: boolean;
        };
        CauseOfIncident: {
            /** Format: int64 */
            rank?: number;
            text?: string;
        };
        ChampionEvidence: {
            endpoint: string;
            alias: string;
            model: string;
            model_version: string;
            run: string;
            measured: string;
            missing: string;
        };
        CheckCounts: {
            /** Format: int64 */
            passed: number;
            /** Format: int64 */
            warned: number;
            /** Format: int64 */
            failed: number;
            /** Format: int64 */
            skipped: number;
        };
        CheckOutcome: {
            id: string;
            rule: string;
            severity: string;
            outcome: string;
            /** Format: int64 */
            rows: number;
            value?: components["schemas"]["Double"];
            detail: string;
            examples: {
                [key: string]: unknown;
            }[];
        };
        CheckTrend: {
            id: string;
            rule: string;
            severity: string;
            measure: string;
            states: components["schemas"]["Scalar"][];
            values: components["schemas"]["Scalar"][];
            lows: components["schemas"]["Scalar"][];
            highs: components["schemas"]["Scalar"][];
        };
        CheckTrendAnswer: {
            commits: components["schemas"]["TrendCommit"][];
            checks: components["schemas"]["CheckTrend"][];
            has_more: boolean;
        };
        CloseOfIncident: {
            reason: string;
        };
        ColumnSummary: {
            name: string;
            kind: string;
            /** Format: int64 */
            nulls: number;
            /** Format: int64 */
            nans?: number;
            /** Format: int64 */
            distinct?: number;
            min?: components["schemas"]["Scalar"];
            max?: components["schemas"]["Scalar"];
            mean?: components["schemas"]["Double"];
            stddev?: components["schemas"]["Double"];
            q25?: components["schemas"]["Double"];
            median?: components["schemas"]["Double"];
            q75?: components["schemas"]["Double"];
            /** Format: int64 */
            shortest?: number;
            /** Format: int64 */
            longest?: number;
            frequent?: components["schemas"]["FrequentValue"][];
            histogram?: number[];
        };
        ColumnValue: {
            value: components["schemas"]["Scalar"];
            /** Format: int64 */
            count: number;
        };
        CommitDataset: {
            mode?: string;
            uploads?: components["schemas"]["UploadedFile"][];
            keys?: string[];
            where?: string;
            source?: string;
            message?: string;
            batch?: string;
        };
        CommitTree: {
            tree: string;
            source?: string;
            message?: string;
            batch?: string;
        };
        CompareSettings: {
            by: string[];
            loss_scale: components["schemas"]["Double"];
            probability_floor: components["schemas"]["Double"];
        };
        CompareSettingsInput: {
            by?: string[];
            loss_scale?: components["schemas"]["Double"];
            probability_floor?: components["schemas"]["Double"];
        };
        ComparedBlock: {
            value: string;
            /** Format: int64 */
            rows: number;
            sum: components["schemas"]["Double"];
            mean: components["schemas"]["Double"];
        };
        ComparedVariant: {
            variant: string;
            model: string;
            /** Format: int64 */
            version: number;
        };
        ComparedVersion: {
            /** Format: int64 */
            version: number;
            aliases: string[];
            run?: string;
            run_name?: string;
            commit?: string;
            /** Format: int64 */
            created_ms: number;
            /** Format: int64 */
            files: number;
            /** Format: int64 */
            bytes: number;
            has_signature: boolean;
        };
        ComparedWindow: {
            from: components["schemas"]["Double"];
            to: components["schemas"]["Double"];
            state: string;
            /** Format: int64 */
            rows: number;
            sum: components["schemas"]["Double"];
            blocks: components["schemas"]["ComparedBlock"][];
        };
        ComparisonAnswer: {
            monitor: string;
            champion?: components["schemas"]["ComparedVariant"];
            challenger?: components["schemas"]["ComparedVariant"];
            windows: components["schemas"]["ComparedWindow"][];
        };
        CompleteAnswer: {
            /** Format: int64 */
            from: number;
            /** Format: int64 */
            to: number;
            options: components["schemas"]["CompletionOption"][];
            error?: components["schemas"]["FilterProblem"];
        };
        CompletionOption: {
            text: string;
            kind: string;
            detail: string;
            /** Format: int64 */
            count?: number;
        };
        Contract: {
            columns?: components["schemas"]["ContractColumn"][];
            checks?: components["schemas"]["ContractCheck"][];
            watermark?: components["schemas"]["Watermark"];
        };
        ContractAnswer: {
            /** Format: int64 */
            number: number;
            digest: string;
            contract: components["schemas"]["Contract"];
            actor: string;
            /** Format: int64 */
            created_ms: number;
        };
        ContractCheck: {
            id: string;
            rule: string;
            severity: string;
            description: string;
            columns?: string[];
            by?: string[];
            values?: components["schemas"]["Scalar"][];
            sql: string;
            scope: string;
            extra: string;
            dataset: string;
            to?: string[];
            of: string;
            max_age: string;
            min?: components["schemas"]["Double"];
            max?: components["schemas"]["Double"];
            above?: components["schemas"]["Double"];
            below?: components["schemas"]["Double"];
            equals?: components["schemas"]["Double"];
            step?: components["schemas"]["Double"];
            tolerance?: components["schemas"]["Double"];
            relative_above?: components["schemas"]["Double"];
            quantile?: components["schemas"]["Double"];
            within?: components["schemas"]["Double"];
            /** Format: int64 */
            history?: number;
        };
        ContractColumn: {
            name: string;
            type: string;
        };
        ContractReport: {
            contract: string;
            outcome: string;
            /** Format: int64 */
            late: number;
            checks: components["schemas"]["CheckOutcome"][];
        };
        Cost: {
            runs: components["schemas"]["RunCost"][];
            has_more_runs: boolean;
            /** Format: int64 */
            cpu_ms: number;
            stored: components["schemas"]["StoredCost"][];
            /** Format: int64 */
            bytes: number;
            byte_hours: components["schemas"]["Double"];
            labels?: components["schemas"]["Double"];
            cpu_usd?: components["schemas"]["Double"];
            storage_usd?: components["schemas"]["Double"];
            usd?: components["schemas"]["Double"];
        };
        CreateEndpoint: {
            name: string;
            model: string;
            /** Format: int64 */
            version: number;
            python?: string;
        };
        DataColumn: {
            name: string;
            type: string;
        };
        DataColumnChange: {
            name: string;
            before: string;
            after: string;
        };
        DataFile: {
            path: string;
            sha256: string;
            /** Format: int64 */
            rows: number;
            /** Format: int64 */
            bytes: number;
        };
        DataRowChange: {
            change: string;
            before?: {
                [key: string]: unknown;
            };
            after?: {
                [key: string]: unknown;
            };
        };
        Dataset: {
            id: string;
            name: string;
            kind: string;
            location: string;
            /** Format: int64 */
            created_ms: number;
            latest?: components["schemas"]["DatasetVersion"];
        };
        DatasetAnswer: {
            dataset: components["schemas"]["Dataset"];
        };
        DatasetConsumer: {
            kind: string;
            id: string;
            name: string;
            state: string;
            /** Format: int64 */
            at_ms: number;
            /** Format: int64 */
            version?: number;
            pipeline?: string;
            /** Format: int64 */
            pipeline_run?: number;
            direct: boolean;
        };
        DatasetConsumersAnswer: {
            consumers: components["schemas"]["DatasetConsumer"][];
            has_more: boolean;
        };
        DatasetVersion: {
            /** Format: int64 */
            version: number;
            id: string;
            digest: string;
            parent?: string;
            mode: string;
            columns: components["schemas"]["DataColumn"][];
            /** Format: int64 */
            added: number;
            /** Format: int64 */
            removed: number;
            /** Format: int64 */
            changed: number;
            /** Format: int64 */
            rows: number;
            /** Format: int64 */
            files: number;
            /** Format: int64 */
            bytes: number;
            actor: string;
            source: string;
            message: string;
            batch: string;
            /** Format: int64 */
            created_ms: number;
            outcome: string;
            checks?: components["schemas"]["CheckCounts"];
        };
        DatasetVersionAnswer: {
            version: components["schemas"]["DatasetVersion"];
            files: components["schemas"]["DataFile"][];
        };
        DatasetVersionsAnswer: {
            versions: components["schemas"]["DatasetVersion"][];
            has_more: boolean;
        };
        DatasetsAnswer: {
            datasets: components["schemas"]["Dataset"][];
        };
        DifferenceAnswer: {
            columns: components["schemas"]["DataColumnChange"][];
            samples: components["schemas"]["DataRowChange"][];
            /** Format: int64 */
            added: number;
            /** Format: int64 */
            removed: number;
            /** Format: int64 */
            changed: number;
            /** Format: int64 */
            same: number;
        };
        DriftAnswer: {
            monitor: string;
            measure: string;
            /** Format: int64 */
            span: number;
            reference: components["schemas"]["DriftColumn"][];
            windows: components["schemas"]["DriftWindow"][];
        };
        DriftColumn: {
            column: string;
            threshold: components["schemas"]["Double"];
            /** Format: int64 */
            blocks: number;
            /** Format: int64 */
            rows: number;
        };
        DriftPoint: {
            /** Format: int64 */
            window: number;
            distance: components["schemas"]["Double"];
            beyond: boolean;
            alarm: boolean;
        };
        DriftSettings: {
            columns: string[];
            measure: string;
            /** Format: int64 */
            span: number;
            floor?: components["schemas"]["Double"];
            deviations: components["schemas"]["Double"];
            /** Format: int64 */
            running: number;
            reference: string;
        };
        DriftSettingsInput: {
            columns: string[];
            measure?: string;
            /** Format: int64 */
            span?: number;
            floor?: components["schemas"]["Double"];
            deviations?: components["schemas"]["Double"];
            /** Format: int64 */
            running?: number;
            reference?: string;
        };
        DriftValue: {
            column: string;
            distance: components["schemas"]["Double"];
            psi: components["schemas"]["Double"];
            ks?: components["schemas"]["Double"];
            js: components["schemas"]["Double"];
            wasserstein?: components["schemas"]["Double"];
            beyond: boolean;
            alarm: boolean;
        };
        DriftWindow: {
            from: components["schemas"]["Double"];
            to: components["schemas"]["Double"];
            state: string;
            /** Format: int64 */
            rows: number;
            columns: components["schemas"]["DriftValue"][];
        };
        DriftingColumn: {
            column: string;
            threshold: components["schemas"]["Double"];
            is_alarming: boolean;
            began: number[];
            points: components["schemas"]["DriftPoint"][];
        };
        Drill: {
            plan: string;
            endpoint?: string;
            passed?: boolean;
            /** Format: int64 */
            requests?: number;
            /** Format: int64 */
            failed?: number;
            steps?: components["schemas"]["DrillStep"][];
        };
        DrillStep: {
            step: string;
            /** Format: int64 */
            ms?: number;
            passed?: boolean;
            result?: string;
        };
        Effect: {
            name: string;
            unit: string;
            seen_by: string;
            /** Format: int64 */
            samples: number;
            value?: components["schemas"]["Double"];
            p90?: components["schemas"]["Double"];
            events: number[];
            before?: components["schemas"]["Double"];
            goal: string;
        };
        EndPlan: {
            reason?: string;
        };
        Endpoint: {
            id: string;
            name: string;
            state: string;
            reason: string;
            runtime: string;
            answering: string;
            /** Format: int64 */
            created_ms: number;
            variants: components["schemas"]["Variant"][];
        };
        EndpointAnswer: {
            endpoint: components["schemas"]["Endpoint"];
            history: components["schemas"]["Variant"][];
            history_has_more: boolean;
        };
        EndpointSettingsInput: {
            stickiness?: components["schemas"]["StickinessInput"];
            guardrails?: components["schemas"]["GuardrailsInput"];
            fallback?: components["schemas"]["FallbackInput"];
            strategy?: components["schemas"]["StrategyInput"];
        };
        EndpointSettingsSparse: {
            stickiness?: components["schemas"]["StickinessSparse"];
            guardrails?: components["schemas"]["GuardrailsSparse"];
            fallback?: components["schemas"]["FallbackSparse"];
            strategy?: components["schemas"]["StrategySparse"];
        };
        EndpointsAnswer: {
            endpoints: components["schemas"]["Endpoint"][];
        };
        ErrorAnswer: {
            error: components["schemas"]["ErrorBody"];
        };
        ErrorBody: {
            code: string;
            message: string;
        };
        Event: {
            /** Format: int64 */
            sequence: number;
            /** Format: int64 */
            at_ms: number;
            kind: string;
            subject: string;
            actor: string;
            detail: {
                [key: string]: unknown;
            };
        };
        EventFacet: {
            value: string;
            /** Format: int64 */
            count: number;
        };
        EventFacets: {
            /** Format: int64 */
            events: number;
            kinds: components["schemas"]["EventFacet"][];
            actors: components["schemas"]["EventFacet"][];
        };
        EventsAnswer: {
            events: components["schemas"]["Event"][];
            has_more: boolean;
        };
        EvidenceDifference: {
            value: components["schemas"]["Double"];
            lo: components["schemas"]["Double"];
            hi: components["schemas"]["Double"];
            level: components["schemas"]["Double"];
        };
        EvidenceFact: {
            name: string;
            value: string;
        };
        EvidencePoint: {
            /** Format: int64 */
            window: number;
            value?: components["schemas"]["Double"];
            lo?: components["schemas"]["Double"];
            hi?: components["schemas"]["Double"];
            log_e_better: components["schemas"]["Double"];
            log_e_worse: components["schemas"]["Double"];
            /** Format: int64 */
            rows: number;
            /** Format: int64 */
            blocks: number;
        };
        Experiment: {
            id: string;
            number: string;
            name: string;
            state: string;
            artifact_root: string;
            runs: components["schemas"]["RunCounts"];
            /** Format: int64 */
            created_ms: number;
            /** Format: int64 */
            updated_ms: number;
            /** Format: int64 */
            last_run_ms?: number;
            tags: components["schemas"]["KeyValue"][];
        };
        ExperimentAnswer: {
            experiment: components["schemas"]["Experiment"];
        };
        ExperimentsAnswer: {
            experiments: components["schemas"]["Experiment"][];
            has_more: boolean;
        };
        ExplainAnswer: {
            jobs: components["schemas"]["PipelineExpectation"][];
        };
        FallbackInput: {
            default: components["schemas"]["Scalar"];
        };
        FallbackSparse: {
            default: components["schemas"]["Scalar"];
        };
        Feature: {
            monitor: string;
            column: string;
            kind: string;
            measure: string;
            /** Format: int64 */
            span: number;
            from: components["schemas"]["Double"];
            to: components["schemas"]["Double"];
            threshold: components["schemas"]["Double"];
            /** Format: int64 */
            rows_min: number;
            reference: components["schemas"]["FeatureSide"];
            current?: components["schemas"]["FeatureSide"];
            distances?: components["schemas"]["DriftValue"];
            quantiles: components["schemas"]["FeatureQuantile"][];
        };
        FeatureBin: {
            lo?: components["schemas"]["Double"];
            hi?: components["schemas"]["Double"];
            label?: string;
            missing: boolean;
            /** Format: int64 */
            rows: number;
            share: components["schemas"]["Double"];
        };
        FeatureQuantile: {
            q: components["schemas"]["Double"];
            reference?: components["schemas"]["Double"];
            current?: components["schemas"]["Double"];
        };
        FeatureSide: {
            /** Format: int64 */
            rows: number;
            min?: components["schemas"]["Double"];
            max?: components["schemas"]["Double"];
            bins: components["schemas"]["FeatureBin"][];
        };
        FilePair: {
            path: string;
            a_sha256?: string;
            b_sha256?: string;
            /** Format: int64 */
            a_bytes?: number;
            /** Format: int64 */
            b_bytes?: number;
        };
        FilterProblem: {
            message: string;
            /** Format: int64 */
            from: number;
            /** Format: int64 */
            to: number;
        };
        FrequentValue: {
            value: components["schemas"]["Scalar"];
            /** Format: int64 */
            count: number;
        };
        Gain: {
            served: components["schemas"]["Ratio"];
            frozen: components["schemas"]["Ratio"];
            difference: components["schemas"]["Ratio"];
            /** Format: int64 */
            draws: number;
            /** Format: int64 */
            seed: number;
            missing: string;
        };
        GateEvidence: {
            job: string;
            passed: boolean;
            summary: string;
            best: string;
            direction: string;
            champion?: components["schemas"]["ChampionEvidence"];
            candidates: components["schemas"]["CandidateEvidence"][];
        };
        GroupValue: {
            /** Format: int64 */
            n: number;
            mean?: components["schemas"]["Double"];
            sd?: components["schemas"]["Double"];
            min?: components["schemas"]["Double"];
            max?: components["schemas"]["Double"];
        };
        GuardrailsInput: {
            /** Format: int64 */
            min_requests?: number;
            max_error_ratio?: components["schemas"]["Double"];
            max_p99_ms?: components["schemas"]["Double"];
        };
        GuardrailsSparse: {
            /** Format: int64 */
            min_requests: number;
            max_error_ratio?: components["schemas"]["Double"];
            max_p99_ms?: components["schemas"]["Double"];
        };
        Heatmap: {
            monitor: string;
            measure: string;
            /** Format: int64 */
            span: number;
            width: components["schemas"]["Double"];
            windows: components["schemas"]["HeatmapWindow"][];
            columns: components["schemas"]["HeatmapColumn"][];
            /** Format: int64 */
            columns_total: number;
        };
        HeatmapColumn: {
            column: string;
            threshold: components["schemas"]["Double"];
            /** Format: int64 */
            reference_rows: number;
            /** Format: int64 */
            rows_min: number;
            distances: components["schemas"]["Scalar"][];
            beyond: components["schemas"]["Scalar"][];
            alarms: components["schemas"]["Scalar"][];
            worst?: components["schemas"]["Double"];
        };
        HeatmapWindow: {
            /** Format: int64 */
            window: number;
            from: components["schemas"]["Double"];
            to: components["schemas"]["Double"];
            state: string;
            /** Format: int64 */
            rows: number;
        };
        HomeAnswer: {
            /** Format: int64 */
            at_ms: number;
            stages: components["schemas"]["HomeStage"][];
            needs: components["schemas"]["HomeNeed"][];
            needs_has_more: boolean;
            champions: components["schemas"]["HomeChampion"][];
            setup: components["schemas"]["HomeStep"][];
            activity: components["schemas"]["Event"][];
        };
        HomeChampion: {
            endpoint: string;
            model: string;
            /** Format: int64 */
            version: number;
            variant: string;
            /** Format: int64 */
            since_ms: number;
            state: string;
            accuracy?: components["schemas"]["HomeQuality"];
            /** Format: int64 */
            minutes: number;
            /** Format: int64 */
            requests: number;
            /** Format: int64 */
            failed: number;
            p99_ms?: components["schemas"]["Double"];
        };
        HomeNeed: {
            kind: string;
            id: string;
            title: string;
            reason: string;
            /** Format: int64 */
            since_ms: number;
            path: string;
            verbs: string[];
            rollout?: components["schemas"]["HomeRollout"];
        };
        HomeQuality: {
            name: string;
            value: components["schemas"]["Double"];
            lo: components["schemas"]["Double"];
            hi: components["schemas"]["Double"];
            /** Format: int64 */
            n: number;
            from: components["schemas"]["Double"];
            to: components["schemas"]["Double"];
            monitor: string;
            time: string;
            closed_through?: components["schemas"]["Double"];
            newest?: components["schemas"]["Double"];
        };
        HomeRollout: {
            /** Format: int64 */
            number: number;
            endpoint: string;
            phase: string;
            /** Format: int64 */
            turn: number;
            /** Format: int64 */
            weight: number;
            /** Format: int64 */
            mirror: number;
            champion: string;
            challenger: string;
        };
        HomeStage: {
            stage: string;
            state: string;
            /** Format: int64 */
            number: number;
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            under_way: number;
            /** Format: int64 */
            failed: number;
            /** Format: int64 */
            warned: number;
            detail: string;
            /** Format: int64 */
            last_ms?: number;
            spark: number[];
        };
        HomeStep: {
            step: string;
            done: boolean;
        };
        Incident: {
            /** Format: int64 */
            number: number;
            id: string;
            state: string;
            monitor: string;
            endpoint: string;
            width: components["schemas"]["Double"];
            /** Format: int64 */
            window: number;
            /** Format: int64 */
            opened_ms: number;
            /** Format: int64 */
            acked_ms?: number;
            acked_by: string;
            cause: string;
            /** Format: int64 */
            cause_rank?: number;
            /** Format: int64 */
            cause_ranking?: number;
            cause_in_top_three: boolean;
            /** Format: int64 */
            cause_ms?: number;
            cause_by: string;
            /** Format: int64 */
            closed_ms?: number;
            closed_by: string;
            reason: string;
            alerts: components["schemas"]["AlertOfIncident"][];
            rankings: components["schemas"]["Ranking"][];
        };
        IncidentAnswer: {
            incident: components["schemas"]["Incident"];
        };
        IncidentEntry: {
            id: string;
            /** Format: int64 */
            event: number;
            /** Format: int64 */
            at_ms: number;
            /** Format: int64 */
            window?: number;
            causes: components["schemas"]["CauseEntry"][];
            cause: string;
            /** Format: int64 */
            cause_event?: number;
            /** Format: int64 */
            cause_ms?: number;
            acked_by: string;
            /** Format: int64 */
            acked_event?: number;
            /** Format: int64 */
            closed_event?: number;
        };
        IncidentsAnswer: {
            incidents: components["schemas"]["Incident"][];
            has_more: boolean;
        };
        InfinitePoint: {
            x: components["schemas"]["Double"];
            above: boolean;
        };
        Input: {
            name: string;
            digest: string;
            source_type: string;
            source: string;
            tags: components["schemas"]["KeyValue"][];
        };
        JobMetric: {
            name: string;
            value: components["schemas"]["Double"];
        };
        KeepPageView: {
            page: string;
            state: string;
        };
        KeyValue: {
            key: string;
            value: string;
        };
        KeysAnswer: {
            keys: components["schemas"]["MetricKey"][];
            has_more: boolean;
        };
        Label: {
            /** Format: int64 */
            at_ms: number;
            name: string;
            value: string;
        };
        LabelOfRow: {
            /** Format: int64 */
            row: number;
            name: string;
            /** Format: int64 */
            at_ms: number;
            value: components["schemas"]["Scalar"];
        };
        LineageAnswer: {
            node: string;
            /** Format: int64 */
            position: number;
            nodes: components["schemas"]["LineageNode"][];
            edges: components["schemas"]["LineageEdge"][];
            has_more: boolean;
        };
        LineageEdge: {
            from: string;
            to: string;
        };
        LineageNode: {
            node: string;
            kind: string;
            name: string;
            detail: string;
            state: string;
            /** Format: int64 */
            at_ms?: number;
            path: string;
            /** Format: int64 */
            depth: number;
            has_more: boolean;
        };
        LookEntry: {
            /** Format: int64 */
            event: number;
            /** Format: int64 */
            window?: number;
            log_e?: components["schemas"]["Double"];
            verdict: string;
        };
        Loop: {
            name: string;
            steps: components["schemas"]["LoopStep"][];
        };
        LoopStep: {
            step: string;
            /** Format: int64 */
            event?: number;
            /** Format: int64 */
            at_ms?: number;
            /** Format: int64 */
            window?: number;
            /** Format: int64 */
            took_ms?: number;
            /** Format: int64 */
            took_windows?: number;
        };
        Me: {
            signed_in: boolean;
            /** Format: int64 */
            until_ms?: number;
            user: string;
            version: string;
            project: string;
            ui: string;
        };
        MeasuredWindow: {
            from: components["schemas"]["Double"];
            to: components["schemas"]["Double"];
            state: string;
            variant: string;
            model: string;
            /** Format: int64 */
            version: number;
            arm: string;
            value?: string;
            /** Format: int64 */
            predictions: number;
            /** Format: int64 */
            labels: number;
            /** Format: int64 */
            unreadable: number;
            /** Format: int64 */
            true_positives: number;
            /** Format: int64 */
            false_positives: number;
            /** Format: int64 */
            false_negatives: number;
            /** Format: int64 */
            true_negatives: number;
            coverage?: components["schemas"]["Double"];
            accuracy?: components["schemas"]["Double"];
            accuracy_low?: components["schemas"]["Double"];
            accuracy_high?: components["schemas"]["Double"];
            balanced_accuracy?: components["schemas"]["Double"];
            precision?: components["schemas"]["Double"];
            recall?: components["schemas"]["Double"];
            base_rate?: components["schemas"]["Double"];
            majority?: components["schemas"]["Double"];
            log_loss?: components["schemas"]["Double"];
            brier?: components["schemas"]["Double"];
            /** Format: int64 */
            conversions: number;
            /** Format: int64 */
            conversion_labels: number;
            conversion?: components["schemas"]["Double"];
            conversion_low?: components["schemas"]["Double"];
            conversion_high?: components["schemas"]["Double"];
            /** Format: int64 */
            cost_labels: number;
            cost?: components["schemas"]["Double"];
            calibration: components["schemas"]["CalibrationBin"][];
        };
        Metric: {
            key: string;
            value: components["schemas"]["Double"];
            /** Format: int64 */
            step: number;
            /** Format: int64 */
            timestamp_ms: number;
            dataset_name?: string;
            dataset_digest?: string;
            run?: string;
        };
        MetricKey: {
            key: string;
            /** Format: int64 */
            points: number;
            last: components["schemas"]["Double"];
            /** Format: int64 */
            step: number;
            /** Format: int64 */
            timestamp_ms: number;
        };
        MetricPair: {
            key: string;
            a?: components["schemas"]["Double"];
            b?: components["schemas"]["Double"];
        };
        MetricSeries: {
            run?: string;
            /** Format: int64 */
            group?: number;
            key: string;
            /** Format: int64 */
            n: number;
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            unplaced: number;
            first: components["schemas"]["Scalar"][];
            min: components["schemas"]["Scalar"][];
            max: components["schemas"]["Scalar"][];
            last: components["schemas"]["Scalar"][];
            lo: components["schemas"]["Scalar"][];
            hi: components["schemas"]["Scalar"][];
            nan: components["schemas"]["NanSpan"][];
            /** Format: int64 */
            infinite: number;
            infinities: components["schemas"]["InfinitePoint"][];
        };
        MetricsAnswer: {
            metrics: components["schemas"]["Metric"][];
            has_more: boolean;
        };
        MirrorSettingsInput: {
            percent?: components["schemas"]["Double"];
        };
        MirrorSettingsSparse: {
            percent: components["schemas"]["Double"];
        };
        Model: {
            id: string;
            experiment: string;
            name: string;
            type: string;
            status: string;
            source_run?: string;
            /** Format: int64 */
            created_ms: number;
            /** Format: int64 */
            updated_ms: number;
            artifact_uri: string;
            params: components["schemas"]["KeyValue"][];
            metrics: components["schemas"]["Metric"][];
            tags: components["schemas"]["KeyValue"][];
        };
        ModelAlias: {
            alias: string;
            /** Format: int64 */
            version: number;
        };
        ModelAnswer: {
            model: components["schemas"]["Model"];
        };
        ModelCompareAnswer: {
            model: string;
            a: components["schemas"]["ComparedVersion"];
            b: components["schemas"]["ComparedVersion"];
            metrics: components["schemas"]["MetricPair"][];
            params: components["schemas"]["TextPair"][];
            /** Format: int64 */
            params_same: number;
            signature: components["schemas"]["SignaturePair"][];
            /** Format: int64 */
            signature_same: number;
            files: components["schemas"]["FilePair"][];
            /** Format: int64 */
            files_same: number;
            has_more: boolean;
        };
        ModelFile: {
            path: string;
            sha256: string;
            /** Format: int64 */
            size: number;
        };
        ModelLink: {
            id: string;
            name: string;
            type: string;
            status: string;
            /** Format: int64 */
            step: number;
        };
        ModelVersion: {
            id: string;
            model: string;
            /** Format: int64 */
            version: number;
            stage: string;
            aliases: string[];
            source: string;
            run?: string;
            logged_model?: string;
            commit?: string;
            /** Format: int64 */
            created_ms: number;
            files: components["schemas"]["ModelFile"][];
        };
        ModelVersionAnswer: {
            model_version: components["schemas"]["ModelVersion"];
        };
        Monitor: {
            id: string;
            name: string;
            settings: components["schemas"]["MonitorSettings"];
            actor: string;
            /** Format: int64 */
            created_ms: number;
            watermark?: components["schemas"]["Double"];
            stated_watermark?: components["schemas"]["Double"];
            closed_through?: components["schemas"]["Double"];
            /** Format: int64 */
            without_time: number;
            newest?: components["schemas"]["Double"];
            reference?: components["schemas"]["MonitorReference"];
        };
        MonitorReference: {
            source: string;
            /** Format: int64 */
            rows: number;
            sha256: string;
            from?: components["schemas"]["Double"];
            to?: components["schemas"]["Double"];
            dataset?: string;
            /** Format: int64 */
            version?: number;
            version_id?: string;
            digest?: string;
            actor: string;
            /** Format: int64 */
            set_ms: number;
        };
        MonitorReferenceAnswer: {
            reference?: components["schemas"]["MonitorReference"];
            trained_on: components["schemas"]["TrainedOn"][];
        };
        MonitorSettings: {
            endpoint: string;
            time: string;
            window?: components["schemas"]["Double"];
            labels_late: components["schemas"]["Double"];
            threshold: components["schemas"]["Double"];
            /** Format: int64 */
            output?: number;
            slices: string[];
            drift?: components["schemas"]["DriftSettings"];
            compare?: components["schemas"]["CompareSettings"];
            conversion: string;
            cost: string;
        };
        MonitorSettingsInput: {
            endpoint: string;
            time?: string;
            window?: components["schemas"]["Double"];
            labels_late?: components["schemas"]["Double"];
            threshold?: components["schemas"]["Double"];
            /** Format: int64 */
            output?: number;
            slices?: string[];
            drift?: components["schemas"]["DriftSettingsInput"];
            compare?: components["schemas"]["CompareSettingsInput"];
            conversion?: string;
            cost?: string;
        };
        MonitorsAnswer: {
            monitors: components["schemas"]["Monitor"][];
        };
        NanSpan: {
            from: components["schemas"]["Double"];
            to: components["schemas"]["Double"];
            /** Format: int64 */
            n: number;
        };
        NeedsMore: {
            verdict: string;
            anew: boolean;
            /** Format: int64 */
            rows?: number;
            /** Format: int64 */
            blocks?: number;
            /** Format: int64 */
            windows?: number;
            /** Format: int64 */
            requests?: number;
        };
        NewSession: Record<string, never>;
        NotCured: {
            still_firing: number[];
            fired_again: number[];
            still_drifting: string[];
            before: components["schemas"]["Ratio"];
            after: components["schemas"]["Ratio"];
            gap: components["schemas"]["Ratio"];
            missing: string;
        };
        Nothing: Record<string, never>;
        NothingInput: Record<string, never>;
        NotificationAnswer: {
            notification: components["schemas"]["NotificationMessage"];
        };
        NotificationDelivery: {
            id: string;
            receiver: string;
            address: string;
            state: string;
            /** Format: int64 */
            attempts: number;
            /** Format: int64 */
            next_ms?: number;
            /** Format: int64 */
            ended_ms?: number;
            error: string;
            /** Format: int64 */
            http_status?: number;
        };
        NotificationMessage: {
            /** Format: int64 */
            sequence: number;
            id: string;
            key: string;
            status: string;
            title: string;
            labels: {
                [key: string]: unknown;
            };
            detail: {
                [key: string]: unknown;
            };
            /** Format: int64 */
            created_ms: number;
            deliveries: components["schemas"]["NotificationDelivery"][];
        };
        NotificationsAnswer: {
            notifications: components["schemas"]["NotificationMessage"][];
            has_more: boolean;
        };
        ObjectList: {
            sha256: string[];
        };
        ObjectListInput: {
            sha256?: string[];
        };
        PageError: {
            message: string;
            stack?: string;
            path?: string;
        };
        PageErrorTaken: Record<string, never>;
        PageView: {
            id: string;
            page: string;
            state: string;
        };
        ParallelAnswer: {
            runs: components["schemas"]["RunName"][];
            axes: components["schemas"]["ParallelAxis"][];
        };
        ParallelAxis: {
            column: string;
            type: string;
            min?: components["schemas"]["Double"];
            max?: components["schemas"]["Double"];
            categories: string[];
            /** Format: int64 */
            missing: number;
            values: components["schemas"]["Scalar"][];
        };
        PauseSettingsInput: {
            duration?: string;
            /** Format: int64 */
            windows?: number;
            monitor?: string;
        };
        PauseSettingsSparse: {
            duration: string;
            /** Format: int64 */
            windows?: number;
            monitor: string;
        };
        PipelineAttempt: {
            /** Format: int64 */
            number: number;
            ending: string;
            reason: string;
            /** Format: int64 */
            exit_code: number;
            /** Format: int64 */
            started_ms: number;
            /** Format: int64 */
            ended_ms: number;
            /** Format: int64 */
            cpu_ms: number;
            /** Format: int64 */
            peak_memory_bytes: number;
        };
        PipelineChange: {
            what: string;
            key: string;
            before?: string;
            after?: string;
        };
        PipelineEdge: {
            from: string;
            to: string;
        };
        PipelineExpectation: {
            job: string;
            stage: string;
            verdict: string;
            explanation: string;
        };
        PipelineGatesAnswer: {
            gates: components["schemas"]["GateEvidence"][];
        };
        PipelineGraph: {
            /** Format: int64 */
            run: number;
            pipeline: string;
            state: string;
            nodes: components["schemas"]["PipelineNode"][];
            edges: components["schemas"]["PipelineEdge"][];
            /** Format: int64 */
            edges_left_out: number;
            critical: string[];
            /** Format: int64 */
            critical_ms: number;
            hash: string;
        };
        PipelineGrid: {
            pipeline: string;
            runs: components["schemas"]["PipelineGridRun"][];
            rows: components["schemas"]["PipelineGridRow"][];
            /** Format: int64 */
            rows_left_out: number;
        };
        PipelineGridRow: {
            job: string;
            states: components["schemas"]["Scalar"][];
            ms: components["schemas"]["Scalar"][];
        };
        PipelineGridRun: {
            /** Format: int64 */
            run: number;
            state: string;
            trigger: string;
            /** Format: int64 */
            created_ms: number;
            /** Format: int64 */
            ended_ms?: number;
        };
        PipelineJob: {
            id: string;
            name: string;
            stage: string;
            state: string;
            reason: string;
            explanation: string;
            metrics: components["schemas"]["PipelineMetric"][];
            attempts: components["schemas"]["PipelineAttempt"][];
            depends_on: components["schemas"]["PipelinePart"][];
            /** Format: int64 */
            started_ms: number;
            /** Format: int64 */
            ended_ms: number;
        };
        PipelineJobRef: {
            /** Format: int64 */
            run: number;
            job_id: string;
        };
        PipelineLogAnswer: {
            text: string;
            /** Format: int64 */
            next_offset: number;
            /** Format: int64 */
            size: number;
            first_error?: components["schemas"]["PipelineLogLine"];
            errors: components["schemas"]["PipelineLogLine"][];
            errors_have_more?: boolean;
            matches: components["schemas"]["PipelineLogLine"][];
            matches_have_more?: boolean;
            is_cut?: boolean;
        };
        PipelineLogLine: {
            /** Format: int64 */
            offset: number;
            /** Format: int64 */
            line: number;
            text: string;
        };
        PipelineMetric: {
            name: string;
            value: components["schemas"]["Double"];
        };
        PipelineName: {
            pipeline: string;
            /** Format: int64 */
            runs: number;
            last: components["schemas"]["PipelineRun"];
        };
        PipelineNode: {
            job: string;
            stage: string;
            base: string;
            id: string;
            gate: boolean;
            state: string;
            verdict: string;
            /** Format: int64 */
            attempts: number;
            /** Format: int64 */
            started_ms?: number;
            /** Format: int64 */
            ended_ms?: number;
        };
        PipelineParameter: {
            name: string;
            value: components["schemas"]["Scalar"];
            input: boolean;
        };
        PipelineParametersAnswer: {
            parameters: components["schemas"]["PipelineParameter"][];
            has_more: boolean;
        };
        PipelinePart: {
            kind: string;
            name: string;
            value: string;
        };
        PipelinePending: {
            kind: string;
            text: string;
            job?: string;
            state?: string;
            /** Format: int64 */
            run?: number;
            /** Format: int64 */
            until_ms?: number;
        };
        PipelineRun: {
            /** Format: int64 */
            run: number;
            id: string;
            pipeline: string;
            folder: string;
            state: string;
            trigger: string;
            event: string;
            commit: string;
            commit_has_changes: boolean;
            actor: string;
            force: boolean;
            from: string;
            /** Format: int64 */
            again?: number;
            /** Format: int64 */
            created_ms: number;
            /** Format: int64 */
            ended_ms: number;
            jobs: components["schemas"]["PipelineJob"][];
        };
        PipelineRunsAnswer: {
            runs: components["schemas"]["PipelineRun"][];
            has_more: boolean;
        };
        PipelineTrigger: {
            pipeline: string;
            folder: string;
            file: string;
            trigger: string;
            waits_for: string;
            monitor: string;
            rules: string[];
            supported: boolean;
            /** Format: int64 */
            next_ms?: number;
            last?: components["schemas"]["TriggerEvent"];
            problem: string;
            repository: string;
            hook: string;
            secret_file: string;
            actor: string;
            /** Format: int64 */
            applied_ms: number;
        };
        PipelineVariable: {
            name: string;
            value?: string;
        };
        PipelineWhy: {
            job: string;
            verdict: string;
            cause: string;
            text: string;
            changed: components["schemas"]["PipelineChange"][];
            compared?: components["schemas"]["PipelineJobRef"];
            cached_from?: components["schemas"]["PipelineJobRef"];
            pending: components["schemas"]["PipelinePending"][];
        };
        PipelinesAnswer: {
            pipelines: components["schemas"]["PipelineName"][];
            has_more: boolean;
        };
        Plan: {
            id: string;
            plan: string;
            endpoint: string;
            in_force: boolean;
            actor: string;
            reason: string;
            rule?: string;
            /** Format: int64 */
            rollout?: number;
            /** Format: int64 */
            snapshot: number;
            /** Format: int64 */
            created_ms: number;
            /** Format: int64 */
            ended_ms?: number;
            ended_by?: string;
            ended_because?: string;
        };
        PlanAnswer: {
            plan: components["schemas"]["Plan"];
        };
        PlansAnswer: {
            plans: components["schemas"]["Plan"][];
        };
        Prediction: {
            id: string;
            /** Format: int64 */
            row: number;
            /** Format: int64 */
            rows: number;
            /** Format: int64 */
            at_ms: number;
            endpoint: string;
            variant: string;
            version_id: string;
            mirror_of?: string;
            request: string;
            response: string;
            labels: components["schemas"]["Label"][];
        };
        PredictionAnswer: {
            prediction: components["schemas"]["Prediction"];
        };
        PreviewAlerts: {
            settings: components["schemas"]["RuleSettingsInput"];
            /** Format: int64 */
            last?: number;
        };
        PreviewedAlert: {
            column: string;
            /** Format: int64 */
            active_window: number;
            /** Format: int64 */
            fired_window: number;
            /** Format: int64 */
            resolved_window?: number;
            value?: components["schemas"]["Double"];
            limit?: components["schemas"]["Double"];
        };
        PreviewedWindow: {
            /** Format: int64 */
            window: number;
            from: components["schemas"]["Double"];
            seen: string;
            state: string;
            value?: components["schemas"]["Double"];
            limit?: components["schemas"]["Double"];
            /** Format: int64 */
            sample: number;
        };
        PromotionEntry: {
            /** Format: int64 */
            event: number;
            /** Format: int64 */
            at_ms: number;
            /** Format: int64 */
            window?: number;
            model: string;
            variant: string;
            actor: string;
            by_hand: boolean;
            log_e?: components["schemas"]["Double"];
        };
        QueryDiff: {
            runs: string[];
            baseline?: string;
            all?: boolean;
        };
        QueryParallel: {
            runs: string[];
            columns: string[];
        };
        QuerySeries: {
            runs: string[];
            keys: string[];
            x?: string;
            x_key?: string;
            from?: components["schemas"]["Double"];
            to?: components["schemas"]["Double"];
            /** Format: int64 */
            points?: number;
            reduce?: string;
            smooth?: components["schemas"]["SmoothBy"];
            outliers?: components["schemas"]["Double"];
            groups?: components["schemas"]["RunGroup"][];
            band?: string;
        };
        QuerySparks: {
            runs: string[];
            keys: string[];
            /** Format: int64 */
            points?: number;
        };
        Ranking: {
            /** Format: int64 */
            number: number;
            /** Format: int64 */
            first_window: number;
            /** Format: int64 */
            window: number;
            /** Format: int64 */
            fall?: number;
            /** Format: int64 */
            made_ms: number;
            claims_data_fault: boolean;
            candidates: components["schemas"]["Candidate"][];
        };
        Ratio: {
            value?: components["schemas"]["Double"];
            low?: components["schemas"]["Double"];
            high?: components["schemas"]["Double"];
            /** Format: int64 */
            first_window?: number;
            /** Format: int64 */
            last_window?: number;
            /** Format: int64 */
            windows: number;
            /** Format: int64 */
            labels: number;
        };
        ReferenceAnswer: {
            monitor: string;
            from?: components["schemas"]["Double"];
            to?: components["schemas"]["Double"];
            dataset?: string;
            /** Format: int64 */
            version?: number;
            digest?: string;
            /** Format: int64 */
            windows: number;
            /** Format: int64 */
            rows: number;
            /** Format: int64 */
            unreadable: number;
            /** Format: int64 */
            rows_before?: number;
            sha256: string;
            dry_run: boolean;
            columns: components["schemas"]["ReferenceColumn"][];
        };
        ReferenceColumn: {
            column: string;
            threshold: components["schemas"]["Double"];
            /** Format: int64 */
            blocks: number;
            threshold_before?: components["schemas"]["Double"];
        };
        RegisteredModel: {
            id: string;
            name: string;
            description: string;
            /** Format: int64 */
            newest: number;
            /** Format: int64 */
            created_ms: number;
            /** Format: int64 */
            updated_ms: number;
            tags: components["schemas"]["KeyValue"][];
            aliases: components["schemas"]["ModelAlias"][];
            served: components["schemas"]["ServedAt"][];
        };
        RegisteredModelAnswer: {
            model: components["schemas"]["RegisteredModel"];
            versions: components["schemas"]["RegisteredVersion"][];
            has_more: boolean;
        };
        RegisteredModelsAnswer: {
            models: components["schemas"]["RegisteredModel"][];
            has_more: boolean;
        };
        RegisteredVersion: {
            id: string;
            /** Format: int64 */
            version: number;
            description: string;
            stage: string;
            aliases: string[];
            source: string;
            user: string;
            run?: string;
            run_name?: string;
            commit?: string;
            /** Format: int64 */
            created_ms: number;
            /** Format: int64 */
            files: number;
            /** Format: int64 */
            bytes: number;
            metrics: components["schemas"]["Metric"][];
            served: components["schemas"]["ServedAt"][];
        };
        RejectedAnswer: {
            rejected: components["schemas"]["RejectedVersion"][];
            has_more: boolean;
        };
        RejectedVersion: {
            version: string;
            id: string;
            mode: string;
            /** Format: int64 */
            rows: number;
            /** Format: int64 */
            files: number;
            actor: string;
            source: string;
            message: string;
            batch: string;
            /** Format: int64 */
            created_ms: number;
            failures: string;
            checks: components["schemas"]["CheckCounts"];
        };
        RemoveTriggers: {
            folder: string;
            file?: string;
        };
        Report: {
            endpoint: string;
            endpoint_id: string;
            monitor: string;
            monitor_id: string;
            time: string;
            width: components["schemas"]["Double"];
            /** Format: int64 */
            made_ms: number;
            /** Format: int64 */
            last_event: number;
            note: string;
            trained: components["schemas"]["TrainedVersion"][];
            served: components["schemas"]["ServedVariant"][];
            arms: components["schemas"]["Arm"][];
            drift: components["schemas"]["DriftingColumn"][];
            alerts: components["schemas"]["AlertEntry"][];
            incidents: components["schemas"]["IncidentEntry"][];
            actions: components["schemas"]["ActionEntry"][];
            rollouts: components["schemas"]["RolloutEntry"][];
            promotions: components["schemas"]["PromotionEntry"][];
            not_cured: components["schemas"]["NotCured"];
            gain: components["schemas"]["Gain"];
            cost: components["schemas"]["Cost"];
            loops: components["schemas"]["Loop"][];
            effects: components["schemas"]["Effect"][];
        };
        ReportAnswer: {
            report: components["schemas"]["Report"];
        };
        ReproduceAnswer: {
            commands: string[];
            code?: components["schemas"]["ReproduceCode"];
            datasets: components["schemas"]["ReproduceDataset"][];
            pipeline?: components["schemas"]["ReproducePipeline"];
            params: components["schemas"]["KeyValue"][];
            missing: components["schemas"]["ReproduceMissing"][];
        };
        ReproduceCode: {
            commit: string;
            has_changes: boolean;
            branch: string;
            repository: string;
            source: string;
        };
        ReproduceDataset: {
            name: string;
            /** Format: int64 */
            version?: number;
            digest: string;
            how: string;
        };
        ReproduceMissing: {
            what: string;
            why: string;
        };
        ReproducePipeline: {
            pipeline: string;
            /** Format: int64 */
            run: number;
            job: string;
            folder: string;
        };
        Request: {
            id: string;
            /** Format: int64 */
            rows: number;
            /** Format: int64 */
            at_ms: number;
            variant: string;
            version_id: string;
            mirror_of?: string;
            content_type: string;
            request: string;
            response: string;
            labels: components["schemas"]["LabelOfRow"][];
        };
        Requests: {
            requests: components["schemas"]["Request"][];
            has_more: boolean;
        };
        Resolved: {
            kind: string;
            id: string;
            title: string;
            path: string;
        };
        Revision: {
            /** Format: int64 */
            number: number;
            model: string;
            /** Format: int64 */
            version: number;
            variant: string;
            cause: string;
            /** Format: int64 */
            rollout?: number;
            actor: string;
            reason: string;
            /** Format: int64 */
            at_ms: number;
        };
        RevisionAnswer: {
            revision: components["schemas"]["Revision"];
        };
        RevisionsAnswer: {
            revisions: components["schemas"]["Revision"][];
        };
        Rollout: {
            id: string;
            /** Format: int64 */
            number: number;
            endpoint: string;
            phase: string;
            reason: string;
            /** Format: int64 */
            turn: number;
            /** Format: int64 */
            step: number;
            steps: components["schemas"]["RolloutStep"][];
            /** Format: int64 */
            weight: number;
            /** Format: int64 */
            mirror: number;
            /** Format: int64 */
            awaits: number;
            /** Format: int64 */
            acknowledged?: number;
            champion: components["schemas"]["Variant"];
            challenger: components["schemas"]["Variant"];
            actor: string;
            started_because: string;
            /** Format: int64 */
            created_ms: number;
            /** Format: int64 */
            ended_ms?: number;
            looks: components["schemas"]["RolloutLook"][];
        };
        RolloutAnswer: {
            rollout: components["schemas"]["Rollout"];
        };
        RolloutEntry: {
            id: string;
            model: string;
            /** Format: int64 */
            event: number;
            /** Format: int64 */
            at_ms: number;
            /** Format: int64 */
            window?: number;
            actor: string;
            looks: components["schemas"]["LookEntry"][];
            outcome: string;
            reason: string;
            /** Format: int64 */
            end_event?: number;
            /** Format: int64 */
            end_ms?: number;
            /** Format: int64 */
            end_window?: number;
        };
        RolloutEvent: {
            /** Format: int64 */
            sequence: number;
            /** Format: int64 */
            at_ms: number;
            actor: string;
            kind: string;
            reason: string;
            detail: {
                [key: string]: unknown;
            };
        };
        RolloutEvidence: {
            metric: string;
            monitor: string;
            unit: string;
            decides: boolean;
            champion: components["schemas"]["ArmFigures"];
            challenger: components["schemas"]["ArmFigures"];
            difference?: components["schemas"]["EvidenceDifference"];
            threshold?: components["schemas"]["Double"];
            relation: string;
            e_value?: components["schemas"]["Double"];
            bound?: components["schemas"]["Double"];
            /** Format: int64 */
            rows?: number;
            /** Format: int64 */
            blocks?: number;
            needs_more?: components["schemas"]["NeedsMore"];
            needs_why: string;
            state: string;
            reason: string;
            points: components["schemas"]["EvidencePoint"][];
        };
        RolloutLook: {
            monitor: string;
            /** Format: int64 */
            attempt: number;
            /** Format: int64 */
            window: number;
            /** Format: int64 */
            windows: number;
            verdict: string;
            reason: string;
            log_e_better: components["schemas"]["Double"];
            log_e_worse: components["schemas"]["Double"];
            /** Format: int64 */
            rows: number;
            /** Format: int64 */
            blocks: number;
        };
        RolloutOrder: {
            full?: boolean;
            /** Format: int64 */
            to?: number;
            /** Format: int64 */
            turn?: number;
            /** Format: int64 */
            rollout?: number;
            /** Format: int64 */
            newest?: number;
            reason?: string;
        };
        RolloutReview: {
            rollout: components["schemas"]["Rollout"];
            strategy: string;
            /** Format: int64 */
            since_ms: number;
            /** Format: int64 */
            from_ms: number;
            /** Format: int64 */
            to_ms: number;
            traffic: components["schemas"]["RolloutTraffic"][];
            ratio: components["schemas"]["SampleRatio"];
            timeline: components["schemas"]["RolloutTimelineStep"][];
            evidence: components["schemas"]["RolloutEvidence"][];
            verbs: components["schemas"]["RolloutVerb"][];
            events: components["schemas"]["RolloutEvent"][];
            events_has_more: boolean;
        };
        RolloutSample: {
            prediction: string;
            /** Format: int64 */
            at_ms: number;
            mirrored: boolean;
            probability: components["schemas"]["Double"];
            label: boolean;
            loss: components["schemas"]["Double"];
            champion?: string;
            champion_probability?: components["schemas"]["Double"];
            champion_loss?: components["schemas"]["Double"];
        };
        RolloutSamples: {
            metric: string;
            monitor: string;
            reason: string;
            /** Format: int64 */
            looked_at: number;
            first: components["schemas"]["RolloutSample"][];
            failing: components["schemas"]["RolloutSample"][];
        };
        RolloutSeries: {
            /** Format: int64 */
            from_ms: number;
            /** Format: int64 */
            to_ms: number;
            /** Format: int64 */
            step_ms: number;
            is_cut: boolean;
            monitor: string;
            monitor_reason: string;
            variants: components["schemas"]["SeriesVariant"][];
            windows: components["schemas"]["SeriesWindow"][];
            markers: components["schemas"]["SeriesMarker"][];
        };
        RolloutStep: {
            text: string;
            state: string;
        };
        RolloutTimelineStep: {
            /** Format: int64 */
            number: number;
            kind: string;
            text: string;
            state: string;
            /** Format: int64 */
            share?: number;
            monitor: string;
            /** Format: int64 */
            started_ms?: number;
            /** Format: int64 */
            ended_ms?: number;
            /** Format: int64 */
            until_ms?: number;
            /** Format: int64 */
            windows?: number;
            /** Format: int64 */
            windows_max?: number;
            verdict: string;
            reason: string;
        };
        RolloutTraffic: {
            variant: string;
            role: string;
            model: string;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            target: number;
            /** Format: int64 */
            mirror: number;
            measured?: components["schemas"]["Double"];
            /** Format: int64 */
            requests: number;
            /** Format: int64 */
            failed: number;
            /** Format: int64 */
            degraded: number;
            rps?: components["schemas"]["Double"];
            p50_ms?: components["schemas"]["Double"];
            p99_ms?: components["schemas"]["Double"];
        };
        RolloutVerb: {
            verb: string;
            allowed: boolean;
            why: string;
            needs_reason: boolean;
            effect: components["schemas"]["VerbEffect"];
        };
        RolloutsAnswer: {
            rollouts: components["schemas"]["Rollout"][];
        };
        RowsAnswer: {
            rows: {
                [key: string]: unknown;
            }[];
        };
        Rule: {
            name: string;
            settings: components["schemas"]["RuleSettings"];
        };
        RuleEvidence: {
            id: string;
            metric: string;
            value: string;
            relation: string;
            limit: string;
            against: string;
            passed: boolean;
            /** Format: int64 */
            slices: number;
            slice: string;
            note: string;
        };
        RuleInput: {
            name: string;
            settings: components["schemas"]["RuleSettingsInput"];
        };
        RuleSettings: {
            monitor: string;
            endpoint: string;
            expr: string;
            /** Format: int64 */
            span?: number;
            /** Format: int64 */
            min_labels?: number;
            seconds?: components["schemas"]["Double"];
            /** Format: int64 */
            min_requests?: number;
            for: components["schemas"]["Double"];
            keep_firing_for: components["schemas"]["Double"];
            no_data: string;
            plan?: string;
            labels: {
                [key: string]: unknown;
            };
            annotations: {
                [key: string]: unknown;
            };
        };
        RuleSettingsInput: {
            monitor?: string;
            endpoint?: string;
            expr: string;
            /** Format: int64 */
            span?: number;
            /** Format: int64 */
            min_labels?: number;
            seconds?: components["schemas"]["Double"];
            /** Format: int64 */
            min_requests?: number;
            for?: components["schemas"]["Double"];
            keep_firing_for?: components["schemas"]["Double"];
            no_data?: string;
            plan?: string;
            labels?: {
                [key: string]: unknown;
            };
            annotations?: {
                [key: string]: unknown;
            };
        };
        RulesAnswer: {
            rules: components["schemas"]["Rule"][];
        };
        Run: {
            id: string;
            name: string;
            experiment: string;
            experiment_name: string;
            user: string;
            status: string;
            state: string;
            /** Format: int64 */
            started_ms?: number;
            /** Format: int64 */
            ended_ms?: number;
            artifact_uri: string;
            params: components["schemas"]["KeyValue"][];
            metrics: components["schemas"]["Metric"][];
            tags: components["schemas"]["KeyValue"][];
        };
        RunAnswer: {
            run: components["schemas"]["Run"];
            inputs: components["schemas"]["Input"][];
            models_in: components["schemas"]["ModelLink"][];
            models_out: components["schemas"]["ModelLink"][];
            artifacts: components["schemas"]["Artifact"][];
            artifacts_has_more: boolean;
        };
        RunBaseline: {
            kind: string;
            run: string;
            name: string;
            model?: string;
            /** Format: int64 */
            version?: number;
            metrics: components["schemas"]["BaselineMetric"][];
        };
        RunBaselineAnswer: {
            baseline?: components["schemas"]["RunBaseline"];
        };
        RunColumn: {
            key: string;
            kind: string;
            type: string;
            /** Format: int64 */
            runs: number;
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            distinct: number;
            min?: components["schemas"]["Double"];
            max?: components["schemas"]["Double"];
            histogram: number[];
            top: components["schemas"]["ColumnValue"][];
            /** Format: int64 */
            first_seen_ms?: number;
            /** Format: int64 */
            last_seen_ms?: number;
        };
        RunColumnsAnswer: {
            columns: components["schemas"]["RunColumn"][];
            has_more: boolean;
        };
        RunCost: {
            /** Format: int64 */
            run: number;
            run_id: string;
            pipeline: string;
            trigger: string;
            state: string;
            /** Format: int64 */
            attempts: number;
            /** Format: int64 */
            cpu_ms: number;
        };
        RunCounts: {
            /** Format: int64 */
            active: number;
            /** Format: int64 */
            running: number;
            /** Format: int64 */
            deleted: number;
        };
        RunDiffAnswer: {
            runs: components["schemas"]["RunName"][];
            baseline: string;
            rows: components["schemas"]["RunDiffRow"][];
            /** Format: int64 */
            same: number;
            has_more: boolean;
        };
        RunDiffRow: {
            group: string;
            key: string;
            values: components["schemas"]["Scalar"][];
            same: boolean;
        };
        RunFile: {
            name: string;
            path: string;
            is_folder: boolean;
            /** Format: int64 */
            files: number;
            /** Format: int64 */
            size: number;
            preview: string;
        };
        RunFilesAnswer: {
            path: string;
            root_uri: string;
            is_here: boolean;
            entries: components["schemas"]["RunFile"][];
            has_more: boolean;
        };
        RunGroup: {
            runs: string[];
        };
        RunLogAttempt: {
            /** Format: int64 */
            number: number;
            ending: string;
        };
        RunLogFile: {
            path: string;
            /** Format: int64 */
            size: number;
        };
        RunLogJob: {
            pipeline: string;
            /** Format: int64 */
            run: number;
            job: string;
            attempts: components["schemas"]["RunLogAttempt"][];
            is_live: boolean;
        };
        RunLogsAnswer: {
            root_uri: string;
            is_here: boolean;
            files: components["schemas"]["RunLogFile"][];
            has_more: boolean;
            job?: components["schemas"]["RunLogJob"];
        };
        RunName: {
            id: string;
            name: string;
        };
        RunSpark: {
            run: string;
            key: string;
            /** Format: int64 */
            points: number;
            x: number[];
            y: components["schemas"]["Double"][];
            min?: components["schemas"]["Double"];
            /** Format: int64 */
            min_step?: number;
            max?: components["schemas"]["Double"];
            /** Format: int64 */
            max_step?: number;
            best: string;
        };
        RunStates: {
            /** Format: int64 */
            running: number;
            /** Format: int64 */
            failed: number;
            /** Format: int64 */
            finished: number;
            /** Format: int64 */
            killed: number;
            /** Format: int64 */
            scheduled: number;
        };
        RunsAnswer: {
            runs: components["schemas"]["Run"][];
            has_more: boolean;
        };
        RunsBulk: {
            action: string;
            ids: string[];
            result?: string;
            except: string[];
            key?: string;
            value?: string;
            dry_run: boolean;
        };
        RunsBulkAnswer: {
            action: string;
            dry_run: boolean;
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            changed: number;
            /** Format: int64 */
            unchanged: number;
            /** Format: int64 */
            running: number;
            /** Format: int64 */
            refused: number;
            refusals: components["schemas"]["BulkRefusal"][];
            undo: components["schemas"]["RunsBulk"][];
        };
        RunsBulkInput: {
            action: string;
            ids?: string[];
            result?: string;
            except?: string[];
            key?: string;
            value?: string;
            dry_run?: boolean;
        };
        RunsGroup: {
            key: components["schemas"]["Scalar"][];
            /** Format: int64 */
            runs: number;
            states: components["schemas"]["RunStates"];
            values: components["schemas"]["GroupValue"][];
        };
        RunsQuery: {
            experiments?: components["schemas"]["Scalar"][];
            filter?: string;
            sort?: string[];
            columns?: string[];
            group_by?: string[];
            /** Format: int64 */
            from_ms?: number;
            /** Format: int64 */
            to_ms?: number;
            view?: string;
        };
        RunsQueryAnswer: {
            result: string;
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            position: number;
            columns: string[];
            rows: components["schemas"]["RunsRow"][];
            groups: components["schemas"]["RunsGroup"][];
            /** Format: int64 */
            groups_total: number;
        };
        RunsRow: {
            id: string;
            name: string;
            experiment: string;
            experiment_name: string;
            user: string;
            status: string;
            state: string;
            /** Format: int64 */
            started_ms?: number;
            /** Format: int64 */
            ended_ms?: number;
            values: components["schemas"]["Scalar"][];
        };
        RunsWindowAnswer: {
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            from: number;
            rows: components["schemas"]["RunsRow"][];
        };
        SampleRatio: {
            p?: components["schemas"]["Double"];
            reason: string;
        };
        SearchAnswer: {
            hits: components["schemas"]["SearchHit"][];
            counts: components["schemas"]["SearchCount"][];
            has_more: boolean;
        };
        SearchCount: {
            kind: string;
            /** Format: int64 */
            count: number;
        };
        SearchHit: {
            kind: string;
            id: string;
            title: string;
            detail: string;
            path: string;
            field: string;
            match: string;
            /** Format: int64 */
            at_ms: number;
        };
        SendNotification: {
            message: string;
            severity?: string;
            labels?: {
                [key: string]: unknown;
            };
        };
        SeriesAnswer: {
            x: components["schemas"]["Double"][];
            exact: boolean;
            from: components["schemas"]["Double"];
            to: components["schemas"]["Double"];
            whole: components["schemas"]["ValueRange"];
            series: components["schemas"]["MetricSeries"][];
            y?: components["schemas"]["ValueRange"];
            /** Format: int64 */
            clipped: number;
            /** Format: int64 */
            lacking: number;
        };
        SeriesMarker: {
            /** Format: int64 */
            sequence: number;
            /** Format: int64 */
            at_ms: number;
            kind: string;
            step: string;
            /** Format: int64 */
            weight: number;
            /** Format: int64 */
            mirror: number;
        };
        SeriesQuality: {
            /** Format: int64 */
            window: number;
            /** Format: int64 */
            first_ms: number;
            /** Format: int64 */
            last_ms: number;
            /** Format: int64 */
            predictions: number;
            /** Format: int64 */
            labels: number;
            accuracy?: components["schemas"]["Double"];
            accuracy_low?: components["schemas"]["Double"];
            accuracy_high?: components["schemas"]["Double"];
        };
        SeriesTraffic: {
            /** Format: int64 */
            at_ms: number;
            /** Format: int64 */
            requests: number;
            /** Format: int64 */
            failed: number;
            /** Format: int64 */
            degraded: number;
            rps: components["schemas"]["Double"];
            error_ratio: components["schemas"]["Double"];
            p50_ms?: components["schemas"]["Double"];
            p95_ms?: components["schemas"]["Double"];
            p99_ms?: components["schemas"]["Double"];
        };
        SeriesVariant: {
            variant: string;
            role: string;
            model: string;
            /** Format: int64 */
            version: number;
            traffic: components["schemas"]["SeriesTraffic"][];
            quality: components["schemas"]["SeriesQuality"][];
        };
        SeriesWindow: {
            /** Format: int64 */
            window: number;
            state: string;
            coverage?: components["schemas"]["Double"];
            lag_p50_ms?: components["schemas"]["Double"];
            lag_p90_ms?: components["schemas"]["Double"];
        };
        ServedAt: {
            endpoint: string;
            variant: string;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            weight: number;
            /** Format: int64 */
            mirror: number;
        };
        ServedVariant: {
            id: string;
            name: string;
            model: string;
            version_id: string;
            /** Format: int64 */
            weight: number;
            /** Format: int64 */
            created_ms: number;
            /** Format: int64 */
            retired_ms?: number;
            /** Format: int64 */
            first_window?: number;
            /** Format: int64 */
            last_window?: number;
            /** Format: int64 */
            predictions: number;
        };
        ServingAnswer: {
            /** Format: int64 */
            from_ms: number;
            /** Format: int64 */
            to_ms: number;
            endpoints: components["schemas"]["ServingEndpoint"][];
        };
        ServingEndpoint: {
            name: string;
            state: string;
            reason: string;
            model: string;
            /** Format: int64 */
            version: number;
            variant: string;
            /** Format: int64 */
            since_ms?: number;
            /** Format: int64 */
            requests: number;
            /** Format: int64 */
            failed: number;
            /** Format: int64 */
            degraded: number;
            rps: components["schemas"]["Double"];
            p50_ms?: components["schemas"]["Double"];
            p99_ms?: components["schemas"]["Double"];
            rollout?: components["schemas"]["ServingRollout"];
            plan?: string;
        };
        ServingRollout: {
            /** Format: int64 */
            number: number;
            phase: string;
            reason: string;
            /** Format: int64 */
            weight: number;
            model: string;
            /** Format: int64 */
            version: number;
        };
        SessionLink: {
            url: string;
            /** Format: int64 */
            expires_ms: number;
        };
        SetAlerts: {
            rules?: components["schemas"]["RuleInput"][];
            defaults?: boolean;
        };
        SetEndpointVersion: {
            model: string;
            /** Format: int64 */
            version: number;
            python?: string;
            again?: boolean;
        };
        SetReference: {
            from?: components["schemas"]["Double"];
            to?: components["schemas"]["Double"];
            dataset?: string;
            model?: string;
            /** Format: int64 */
            version?: number;
            dry_run?: boolean;
        };
        SettledAnswer: {
            settled: boolean;
            waiting_for: string;
        };
        SignaturePair: {
            part: string;
            name: string;
            a?: string;
            b?: string;
        };
        SignedOut: {
            signed_in: boolean;
        };
        SmoothBy: {
            kind?: string;
            strength?: components["schemas"]["Double"];
        };
        SparksAnswer: {
            sparks: components["schemas"]["RunSpark"][];
        };
        StartPipeline: {
            folder?: string;
            file?: string;
            text?: string;
            inputs?: components["schemas"]["PipelineVariable"][];
            environment?: components["schemas"]["PipelineVariable"][];
            force?: boolean;
            from?: string;
            /** Format: int64 */
            again?: number;
        };
        StartPlan: {
            plan: string;
            reason?: string;
        };
        StartRollout: {
            model: string;
            /** Format: int64 */
            version: number;
            python?: string;
            settings?: components["schemas"]["EndpointSettingsInput"];
            reason?: string;
        };
        StartTriggered: {
            folder: string;
            file?: string;
        };
        StartedRun: {
            /** Format: int64 */
            run: number;
            pipeline: string;
        };
        StatisticsAnswer: {
            /** Format: int64 */
            rows: number;
            columns?: components["schemas"]["ColumnSummary"][];
        };
        StepSettingsInput: {
            setWeight?: components["schemas"]["Double"];
            mirror?: components["schemas"]["MirrorSettingsInput"];
            analysis?: components["schemas"]["AnalysisSettingsInput"];
            pause?: components["schemas"]["PauseSettingsInput"];
        };
        StepSettingsSparse: {
            setWeight?: components["schemas"]["Double"];
            mirror?: components["schemas"]["MirrorSettingsSparse"];
            analysis?: components["schemas"]["AnalysisSettingsSparse"];
            pause?: components["schemas"]["PauseSettingsSparse"];
        };
        StickinessInput: {
            key: string;
            seed?: string;
        };
        StickinessSparse: {
            key: string;
            seed: string;
        };
        StoredCost: {
            what: string;
            /** Format: int64 */
            files: number;
            /** Format: int64 */
            bytes: number;
            byte_hours: components["schemas"]["Double"];
        };
        StrategyInput: {
            canary?: components["schemas"]["CanarySettingsInput"];
            blueGreen?: components["schemas"]["BlueGreenSettingsInput"];
        };
        StrategySparse: {
            canary?: components["schemas"]["CanarySettingsSparse"];
            blueGreen?: components["schemas"]["BlueGreenSettingsSparse"];
        };
        StreamTopics: {
            topics: string[];
        };
        StreamTopicsInput: {
            topics?: string[];
        };
        TextPair: {
            key: string;
            a?: string;
            b?: string;
        };
        ToldAnswer: {
            told: boolean;
            id: string;
            /** Format: int64 */
            receivers: number;
        };
        TrafficAnswer: {
            endpoint: string;
            /** Format: int64 */
            from_ms: number;
            /** Format: int64 */
            to_ms: number;
            variants: components["schemas"]["TrafficOfVariant"][];
        };
        TrafficOfVariant: {
            variant: string;
            model: string;
            /** Format: int64 */
            version: number;
            /** Format: int64 */
            requests: number;
            /** Format: int64 */
            failed: number;
            /** Format: int64 */
            degraded: number;
            error_ratio?: components["schemas"]["Double"];
            p50_ms?: components["schemas"]["Double"];
            p99_ms?: components["schemas"]["Double"];
        };
        TrainedDataset: {
            name: string;
            /** Format: int64 */
            version: number;
            digest: string;
            by: string;
        };
        TrainedJob: {
            id: string;
            name: string;
            state: string;
            /** Format: int64 */
            cpu_ms: number;
            /** Format: int64 */
            wall_ms: number;
            metrics: components["schemas"]["JobMetric"][];
        };
        TrainedOn: {
            dataset: string;
            /** Format: int64 */
            version: number;
        };
        TrainedVersion: {
            model: string;
            version_id: string;
            /** Format: int64 */
            registered_ms: number;
            tracked_run: string;
            pipeline: string;
            /** Format: int64 */
            run?: number;
            run_id: string;
            trigger: string;
            actor: string;
            /** Format: int64 */
            cpu_ms: number;
            datasets: components["schemas"]["TrainedDataset"][];
            jobs: components["schemas"]["TrainedJob"][];
            gate?: components["schemas"]["GateEvidence"];
            gate_job: string;
            /** Format: int64 */
            gate_event?: number;
            missing: string;
        };
        TreeDifferenceAnswer: {
            files: components["schemas"]["TreeFile"][];
            has_more: boolean;
            /** Format: int64 */
            added: number;
            /** Format: int64 */
            removed: number;
            /** Format: int64 */
            changed: number;
            /** Format: int64 */
            same: number;
        };
        TreeFile: {
            path: string;
            change: string;
            sha256?: string;
            before?: string;
            /** Format: int64 */
            bytes: number;
            executable: boolean;
        };
        TreeFilesAnswer: {
            files: components["schemas"]["TreeFile"][];
            has_more: boolean;
        };
        TrendCommit: {
            version: string;
            /** Format: int64 */
            created_ms: number;
            outcome: string;
        };
        TriggerEvent: {
            id: string;
            /** Format: int64 */
            run?: number;
            error: string;
            /** Format: int64 */
            created_ms: number;
        };
        TriggersAnswer: {
            triggers: components["schemas"]["PipelineTrigger"][];
        };
        UploadAnswer: {
            sha256: string;
            /** Format: int64 */
            size: number;
        };
        UploadedFile: {
            sha256: string;
            name?: string;
            format: string;
        };
        ValueRange: {
            lo: components["schemas"]["Double"];
            hi: components["schemas"]["Double"];
        };
        Variant: {
            id: string;
            name: string;
            endpoint: string;
            /** Format: int64 */
            weight: number;
            /** Format: int64 */
            mirror: number;
            model: string;
            /** Format: int64 */
            version: number;
            version_id: string;
            python: string;
            /** Format: int64 */
            created_ms: number;
            /** Format: int64 */
            retired_ms?: number;
        };
        VariantAnswer: {
            variant: components["schemas"]["Variant"];
        };
        VerbEffect: {
            /** Format: int64 */
            from: number;
            /** Format: int64 */
            to: number;
            text_key: string;
            next: string;
            answers: string;
            /** Format: int64 */
            ms?: number;
        };
        Watermark: {
            column: string;
            lateness: components["schemas"]["Scalar"];
        };
        WhyAnswer: {
            chain: components["schemas"]["WhyLink"][];
        };
        WhyLink: {
            what: string;
            id: string;
            text: string;
            gap: boolean;
            /** Format: int64 */
            at_ms?: number;
            actor: string;
            digest: string;
            check: string;
            because: string;
        };
        WindowsAnswer: {
            monitor: components["schemas"]["Monitor"];
            windows: components["schemas"]["MeasuredWindow"][];
        };
    };
    responses: {
        /** @description Refused or failed; the message is for people. */
        Error: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorAnswer"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_alert_history: {
        parameters: {
            query?: {
                rule?: string;
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_alerts: {
        parameters: {
            query?: {
                rule?: string;
                monitor?: string;
                endpoint?: string;
                state?: string;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    put_alerts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SetAlerts"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulesAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_alerts_preview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewAlerts"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertPreview"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_alerts_by_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    delete_alerts_by_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_complete: {
        parameters: {
            query?: {
                experiment?: string;
                text?: string;
                pos?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompleteAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_datasets: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_datasets_by_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_datasets_by_name_checks: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckTrendAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_datasets_by_name_consumers: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetConsumersAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_datasets_by_name_contract: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContractAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    put_datasets_by_name_contract: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    delete_datasets_by_name_contract: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_datasets_by_name_diff: {
        parameters: {
            query?: {
                from?: number;
                to?: number;
                keys?: string;
                limit?: number;
                samples?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DifferenceAnswer"] | components["schemas"]["TreeDifferenceAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_datasets_by_name_rejected: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RejectedAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_datasets_by_name_trees: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CommitTree"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersionAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_datasets_by_name_versions: {
        parameters: {
            query?: {
                limit?: number;
                before?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersionsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_datasets_by_name_versions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CommitDataset"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersionAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_datasets_by_name_versions_by_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersionAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_datasets_by_name_versions_by_version_check: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContractReport"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_datasets_by_name_versions_by_version_export: {
        parameters: {
            query?: {
                format?: string;
            };
            header?: never;
            path: {
                project: string;
                name: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_datasets_by_name_versions_by_version_files: {
        parameters: {
            query?: {
                limit?: number;
                after?: string;
            };
            header?: never;
            path: {
                project: string;
                name: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TreeFilesAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_datasets_by_name_versions_by_version_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContractReport"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_datasets_by_name_versions_by_version_rows: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_datasets_by_name_versions_by_version_statistics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatisticsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_endpoints: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_endpoints: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateEndpoint"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_endpoints_by_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    delete_endpoints_by_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_endpoints_by_name_drills: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Drill"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_endpoints_by_name_plan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartPlan"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_endpoints_by_name_plan_end: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EndPlan"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_endpoints_by_name_predictions: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                newest?: boolean;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Requests"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_endpoints_by_name_report: {
        parameters: {
            query?: {
                monitor?: string;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_endpoints_by_name_revisions: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevisionsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_endpoints_by_name_rollout: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_endpoints_by_name_rollout_by_verb: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
                verb: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RolloutOrder"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutAnswer"] | components["schemas"]["RevisionAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_endpoints_by_name_rollouts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartRollout"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_endpoints_by_name_settings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointSettingsSparse"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    put_endpoints_by_name_settings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EndpointSettingsInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_endpoints_by_name_settled: {
        parameters: {
            query: {
                monitor: string;
                window?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettledAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_endpoints_by_name_traffic: {
        parameters: {
            query?: {
                minutes?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrafficAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_endpoints_by_name_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetEndpointVersion"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_event_facets: {
        parameters: {
            query?: {
                last?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventFacets"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_events: {
        parameters: {
            query?: {
                subject?: string;
                before?: number;
                limit?: number;
                kind?: string;
                actor?: string;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_experiments: {
        parameters: {
            query?: {
                view?: string;
                limit?: number;
                offset?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperimentsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_experiments_by_experiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                experiment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExperimentAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_experiments_by_experiment_columns: {
        parameters: {
            query?: {
                q?: string;
                kind?: string;
                after?: string;
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
                experiment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunColumnsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_home: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HomeAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_hooks_by_hook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                hook: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_incidents: {
        parameters: {
            query?: {
                limit?: number;
                before?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_incidents_by_number: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_incidents_by_number_ack: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                number: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_incidents_by_number_cause: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                number: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CauseOfIncident"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_incidents_by_number_close: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CloseOfIncident"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_lineage: {
        parameters: {
            query: {
                node: string;
                dir?: string;
                depth?: number;
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineageAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_lineage_datasets_by_name_versions_by_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhyAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_metrics_series: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QuerySeries"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeriesAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_model_versions_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersionAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_models_by_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_monitors: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MonitorsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    put_monitors_by_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MonitorSettingsInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    delete_monitors_by_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_monitors_by_name_accuracy: {
        parameters: {
            query?: {
                span?: number;
                last?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accuracy"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_monitors_by_name_compare: {
        parameters: {
            query?: {
                champion?: string;
                challenger?: string;
                last?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComparisonAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_monitors_by_name_drift: {
        parameters: {
            query?: {
                last?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriftAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_monitors_by_name_features_by_column: {
        parameters: {
            query?: {
                from?: components["schemas"]["Double"];
                to?: components["schemas"]["Double"];
            };
            header?: never;
            path: {
                project: string;
                name: string;
                column: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feature"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_monitors_by_name_heatmap: {
        parameters: {
            query?: {
                last?: number;
                columns?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Heatmap"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_monitors_by_name_reference: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MonitorReferenceAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    put_monitors_by_name_reference: {
        parameters: {
            query?: {
                model?: string;
                version?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriftAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_monitors_by_name_reference: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SetReference"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReferenceAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_monitors_by_name_windows: {
        parameters: {
            query?: {
                span?: number;
                last?: number;
                slice?: string;
                arm?: string;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WindowsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_notifications: {
        parameters: {
            query?: {
                limit?: number;
                before?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_notifications: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendNotification"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToldAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_notifications_test: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NothingInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToldAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_notifications_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_objects: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectList"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_objects_missing: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ObjectListInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectList"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_objects_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ObjectListInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_objects_by_sha256: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_pipelines: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelinesAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_pipelines_explain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["StartPipeline"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExplainAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_pipelines_runs: {
        parameters: {
            query?: {
                limit?: number;
                before?: number;
                pipeline?: string;
                state?: string;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineRunsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_pipelines_runs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["StartPipeline"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineRun"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_pipelines_runs_by_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineRun"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_pipelines_runs_by_run_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_pipelines_runs_by_run_gates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineGatesAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_pipelines_runs_by_run_graph: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineGraph"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_pipelines_runs_by_run_jobs_by_job_why: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                run: string;
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineWhy"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_pipelines_runs_by_run_log: {
        parameters: {
            query: {
                job: string;
                attempt?: number;
                offset?: number;
                limit?: number;
                errors?: boolean;
                q?: string;
                from?: number;
            };
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineLogAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_pipelines_runs_by_run_parameters: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineParametersAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_pipelines_runs_by_run_retry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_pipelines_triggers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriggersAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_pipelines_triggers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApplyTriggers"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriggersAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_pipelines_triggers_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RemoveTriggers"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_pipelines_triggers_start: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartTriggered"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedRun"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_pipelines_by_name_grid: {
        parameters: {
            query?: {
                n?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineGrid"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_plans: {
        parameters: {
            query?: {
                endpoint?: string;
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlansAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_predictions_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_registered_models: {
        parameters: {
            query?: {
                q?: string;
                limit?: number;
                offset?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredModelsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_registered_models_by_name: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredModelAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_registered_models_by_name_compare: {
        parameters: {
            query: {
                a: number;
                b: number;
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelCompareAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_registered_models_by_name_versions_by_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                name: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersionAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_resolve: {
        parameters: {
            query: {
                text: string;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Resolved"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_rollouts: {
        parameters: {
            query?: {
                endpoint?: string;
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_rollouts_by_number: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutReview"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_rollouts_by_number_samples: {
        parameters: {
            query?: {
                metric?: string;
                monitor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutSamples"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_rollouts_by_number_series: {
        parameters: {
            query?: {
                buckets?: number;
                monitor?: string;
            };
            header?: never;
            path: {
                project: string;
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutSeries"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_runs: {
        parameters: {
            query?: {
                experiment?: string;
                view?: string;
                limit?: number;
                offset?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_runs_bulk: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunsBulkInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunsBulkAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_runs_diff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QueryDiff"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDiffAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_runs_parallel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QueryParallel"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ParallelAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_runs_query: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RunsQuery"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunsQueryAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_runs_result_by_result: {
        parameters: {
            query?: {
                from?: number;
                n?: number;
            };
            header?: never;
            path: {
                project: string;
                result: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunsWindowAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_runs_sparks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QuerySparks"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SparksAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_runs_by_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_runs_by_run_baseline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunBaselineAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_runs_by_run_file: {
        parameters: {
            query: {
                path: string;
            };
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_runs_by_run_files: {
        parameters: {
            query?: {
                path?: string;
                after?: string;
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunFilesAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_runs_by_run_keys: {
        parameters: {
            query?: {
                q?: string;
                after?: string;
                limit?: number;
            };
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeysAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_runs_by_run_log: {
        parameters: {
            query: {
                path: string;
                offset?: number;
                limit?: number;
                errors?: boolean;
                q?: string;
                from?: number;
            };
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineLogAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_runs_by_run_logs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunLogsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_runs_by_run_metrics: {
        parameters: {
            query: {
                key: string;
                limit?: number;
                offset?: number;
            };
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricsAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_runs_by_run_reproduce: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReproduceAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_search: {
        parameters: {
            query: {
                q: string;
                types?: string;
                limit?: number;
                offset?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_serving: {
        parameters: {
            query?: {
                minutes?: number;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServingAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_stream: {
        parameters: {
            query?: {
                topics?: string;
                last_event_id?: string;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_stream_by_stream_topics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                stream: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["StreamTopicsInput"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamTopics"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_uploads: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_variants_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VariantAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_views: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeepPageView"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageView"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_views_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageView"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    get_why_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhyAnswer"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_ui_errors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PageError"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageErrorTaken"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_ui_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NewSession"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionLink"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    post_ui_signout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NewSession"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedOut"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
}

export type Schemas = components["schemas"];
